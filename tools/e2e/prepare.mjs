import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportStep, secondsSince } from '../setup/report-step.mjs';
import { root } from '../setup/run-command.mjs';
import { installPackages } from './install-packages.mjs';
import { nodeBinaries, oldTypescript } from './node-binaries.mjs';
import { packPackages } from './pack-packages.mjs';

/** A package and those of ours that it needs, by their dependencies, transitively. */
function closureOf(name, tarballs, found = {}) {
  if (!(name in tarballs) || name in found) return found;
  found[name] = tarballs[name];
  const manifest = readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8');
  for (const dependency of Object.keys(JSON.parse(manifest).dependencies ?? {})) {
    closureOf(dependency, tarballs, found);
  }
  return found;
}

/**
 * What the end-to-end tests stand on: every package packed and installed in an empty folder outside the repository
 * (`app`), with a third-party plugin beside it; a folder with one leaf package alone (`leaf`); other Node versions.
 * `layout.json` tells the tests where things are.
 * @returns {{ folder: string, dispose: () => void }} - its folder, which the tests get as GANYMEDE_E2E
 */
export function prepareE2e() {
  const start = performance.now();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ganymede-e2e-')));
  const dispose = () => {
    if (process.env.GANYMEDE_E2E_KEEP === '1') reportStep(`end-to-end tests: kept ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  };
  try {
    const packed = packPackages(join(folder, 'tarballs'));
    const tarballs = Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`]));
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    installPackages(join(folder, 'app'), tarballs);
    installPackages(join(folder, 'leaf'), { ...closureOf('@ganymede/layers', tarballs), ...dependencies });
    cpSync(join(root, 'e2e/fixtures/app'), join(folder, 'app'), { recursive: true });
    cpSync(join(root, 'e2e/fixtures/leaf'), join(folder, 'leaf'), { recursive: true });
    writeFileSync(
      join(folder, 'layout.json'),
      JSON.stringify({ nodes: nodeBinaries(), typescript: oldTypescript() }),
    );
  } catch (error) {
    dispose();
    throw error;
  }
  reportStep(`packages packed and installed in ${folder} in ${secondsSince(start)}`);
  return { folder, dispose };
}
