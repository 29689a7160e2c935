import type { Plugin } from '@ganymede/core';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readPackageManifest } from './package-manifest.js';

/** Where a plugin that was loaded by name came from. */
export interface PluginOrigin {
  /** What the config or the flag calls it. */
  readonly as: string;
  /** Its entry. */
  readonly file: string;
  /** Of the package that the entry lies in; null where that has none. */
  readonly version: string | null;
  /** Of the entry's content: two versions of a file have no other mark. The first 16 digits of its SHA-256. */
  readonly hash: string;
}

const origins = new WeakMap<Plugin, PluginOrigin>();

/** Null for a plugin that a program handed over as an object. */
export function originOfPlugin(plugin: Plugin): PluginOrigin | null {
  return origins.get(plugin) ?? null;
}

export function rememberOrigin(plugin: Plugin, as: string, file: string): void {
  const hash = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);
  origins.set(plugin, { as, file, version: versionAbove(file), hash });
}

/** The plugin was named in another way, and is what a config means by `as`. */
export function renameOrigin(plugin: Plugin, as: string): void {
  const origin = origins.get(plugin);
  if (origin) origins.set(plugin, { ...origin, as });
}

/** Folder of the package that a file lies in; null where there is no package.json above it. */
export function packageFolderOf(file: string): string | null {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return null;
  }
}

function versionAbove(file: string): string | null {
  const folder = packageFolderOf(file);
  if (folder === null) return null;
  try {
    return readPackageManifest(folder).version ?? null;
  } catch {
    return null;
  }
}
