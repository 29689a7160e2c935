import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/run-command.mjs';

/**
 * Packs every package and plugin of the workspace into `folder`, as `npm publish` would send them. They must have been
 * built.
 * @param {string} folder
 * @returns {{ name: string, tarball: string }[]}
 */
export function packPackages(folder) {
  mkdirSync(folder, { recursive: true });
  const output = execFileSync(
    'npm',
    ['pack', '--workspaces', '--json', '--loglevel=error', '--pack-destination', folder],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 },
  );
  /** @type {{ name: string, filename: string, files: { path: string }[] }[]} */
  const packed = JSON.parse(output);
  return packed.map(({ name, filename, files }) => {
    if (!files.some(({ path }) => path === 'dist/index.js')) {
      throw new Error(`npm pack ${name}: expected dist/index.js in the tarball, got none. Build first.`);
    }
    return { name, tarball: join(folder, filename) };
  });
}

/** Training tricks as strangers would publish them: packages outside of the workspace. */
const tricks = join(root, 'e2e/fixtures/tricks');

/**
 * Packs the packages of other people that the tests install beside ours.
 * @param {string} folder
 * @returns {Record<string, string>} `file:` of each tarball by package
 */
export function packTricks(folder) {
  mkdirSync(folder, { recursive: true });
  const output = execFileSync(
    'npm',
    [
      'pack',
      ...readdirSync(tricks).map((name) => join(tricks, name)),
      '--json',
      '--loglevel=error',
      '--pack-destination',
      folder,
    ],
    { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  /** @type {{ name: string, filename: string }[]} */
  const packed = JSON.parse(output);
  return Object.fromEntries(packed.map(({ name, filename }) => [name, `file:${join(folder, filename)}`]));
}
