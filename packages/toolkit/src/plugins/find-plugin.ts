import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';
import { isPath } from '@ganymede/config';
import { readPackageManifest } from './package-manifest.js';
import { pluginNotBuilt, pluginNotFound } from '../errors.js';

/** A plugin that a config has as an object is named by the config's file and its own name: `./ganymede.config.ts#soft-margin`. */
export function splitName(name: string): { readonly path: string; readonly member: string | null } {
  const [, path, member] = /^(.*\.[cm]?[jt]s)#([^/\\]+(?:\/[^/\\]+)?)$/.exec(name) ?? [];
  return path !== undefined && isPath(path) ? { path, member: member! } : { path: name, member: null };
}

/**
 * The file that a plugin's name leads to.
 * @param fullName - of a package, or a path; what follows a `#` is left to whoever loads the file
 * @param folders - where packages are looked for, each with the folders above it
 * @throws PLUGIN_NOT_FOUND, PLUGIN_NOT_BUILT where a package lies there whose entry does not
 */
export function findPlugin(fullName: string, folders: readonly string[]): string {
  const { path: name } = splitName(fullName);
  for (const folder of folders) {
    try {
      const file = createRequire(join(folder, 'package.json')).resolve(name);
      // Node remembers where it found a file that is gone by now.
      if (existsSync(file)) return file;
    } catch {
      // A package for `import` alone is there, but `require` does not see it.
      const entry = isPath(name) ? null : importEntry(name, folder);
      if (entry !== null && existsSync(entry)) return entry;
    }
  }
  const unbuilt = folders.map((folder) => packageAt(name, folder)).find((found) => found !== null);
  if (unbuilt) throw pluginNotBuilt(name, unbuilt, entryOf(unbuilt));
  throw pluginNotFound(fullName, isPath(name), isPath(name) ? [dirname(name)] : folders);
}

/** The folder of a package, whether or not its entry is there. */
function packageAt(name: string, folder: string): string | null {
  if (isPath(name)) {
    const path = isAbsolute(name) ? name : join(folder, name);
    const isFolder = existsSync(path) && statSync(path).isDirectory();
    return isFolder && existsSync(join(path, 'package.json')) ? path : null;
  }
  for (let current = folder; ; current = dirname(current)) {
    const root = join(current, 'node_modules', name);
    if (existsSync(join(root, 'package.json'))) return root;
    if (current === dirname(current)) return null;
  }
}

/** The entry of an installed package under the conditions of `import`, which Node offers no call for. */
function importEntry(name: string, folder: string): string | null {
  const root = packageAt(name, folder);
  if (root === null) return null;
  const { exports } = readPackageManifest(root);
  const target = targetOf((exports as Record<string, unknown> | undefined)?.['.'] ?? exports);
  return target === null ? null : join(root, target);
}

/** The entry that a package's manifest promises, relative to the package. */
function entryOf(root: string): string {
  const { exports, main } = readPackageManifest(root);
  const target = targetOf((exports as Record<string, unknown> | undefined)?.['.'] ?? exports);
  return target ?? main ?? 'index.js';
}

/** Conditions are tried in the order in which the package lists them (Node's PACKAGE_TARGET_RESOLVE). */
function targetOf(entry: unknown): string | null {
  if (typeof entry === 'string') return entry;
  if (Array.isArray(entry)) return entry.map(targetOf).find((target) => target !== null) ?? null;
  if (entry === null || typeof entry !== 'object') return null;
  for (const [condition, value] of Object.entries(entry)) {
    if (!['node', 'import', 'default'].includes(condition)) continue;
    const target = targetOf(value);
    if (target !== null) return target;
  }
  return null;
}
