import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/run-command.mjs';

/**
 * Packs packages into `folder`, as `npm publish` would send them.
 * @param {string} folder
 * @param {readonly string[]} what - folders of packages, or npm's flags that choose them
 * @param {string} [cwd] - where npm looks for a workspace
 * @returns {{ name: string, filename: string, files: { path: string }[] }[]}
 */
function npmPack(folder, what, cwd = folder) {
  mkdirSync(folder, { recursive: true });
  const output = execFileSync(
    'npm',
    ['pack', ...what, '--json', '--loglevel=error', '--pack-destination', folder],
    { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 },
  );
  return JSON.parse(output);
}

/**
 * Packs every package and plugin of the workspace into `folder`, as `npm publish` would send them. They must have been
 * built.
 * @param {string} folder
 * @returns {{ name: string, tarball: string }[]}
 */
export function packPackages(folder) {
  return npmPack(folder, ['--workspaces'], root).map(({ name, filename, files }) => {
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
  const packed = npmPack(
    folder,
    readdirSync(tricks).map((name) => join(tricks, name)),
  );
  return Object.fromEntries(packed.map(({ name, filename }) => [name, `file:${join(folder, filename)}`]));
}
