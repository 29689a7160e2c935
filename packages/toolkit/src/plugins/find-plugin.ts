import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isPath } from '@ganymede/config';
import { pluginNotFound } from '../errors.js';

/**
 * The file that a plugin's name leads to.
 * @throws PLUGIN_NOT_FOUND
 */
export function findPlugin(name: string, folders: readonly string[]): string {
  for (const folder of folders) {
    try {
      return createRequire(join(folder, 'package.json')).resolve(name);
    } catch {
      // A package for `import` alone is there, but `require` does not see it.
      const entry = isPath(name) ? null : importEntry(name, folder);
      if (entry !== null) return entry;
    }
  }
  throw pluginNotFound(name, isPath(name) ? [dirname(name)] : folders);
}

/** The entry of an installed package under the conditions of `import`, which Node offers no call for. */
function importEntry(name: string, folder: string): string | null {
  for (let current = folder; ; current = dirname(current)) {
    const root = join(current, 'node_modules', name);
    if (existsSync(join(root, 'package.json'))) {
      const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
        exports?: unknown;
      };
      const main = (exports as Record<string, unknown> | undefined)?.['.'] ?? exports;
      const target = targetOf(main);
      return target === null ? null : join(root, target);
    }
    if (current === dirname(current)) return null;
  }
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
