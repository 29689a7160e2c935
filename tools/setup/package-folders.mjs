import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run-command.mjs';

/**
 * Folders of all packages and plugins, from the root: `packages/core`. One without a manifest is what a package that is gone
 * left behind.
 * @returns {string[]}
 */
export function packageFolders() {
  return ['packages', 'plugins'].flatMap((parent) =>
    readdirSync(join(root, parent))
      .map((name) => `${parent}/${name}`)
      .filter((folder) => existsSync(join(root, folder, 'package.json'))),
  );
}
