import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportStep, secondsSince } from '../setup/report-step.mjs';
import { root } from '../setup/run-command.mjs';
import { documentExamples } from './document-examples.mjs';
import { installPackages } from './install-packages.mjs';
import { nodeBinaries, oldTypescript } from './node-binaries.mjs';
import { packPackages, packTricks } from './pack-packages.mjs';
import { prepareStrictLayout } from './strict-layout.mjs';

/**
 * What the end-to-end tests stand on: every package packed and installed in an empty folder outside the repository
 * (`app`), with packages of third parties beside them; again in npm's strict layout, a project for each README (`strict`); other
 * Node versions.
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
    const pages = documentExamples();
    const packed = packPackages(join(folder, 'tarballs'));
    const tarballs = Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`]));
    installPackages(join(folder, 'app'), { ...tarballs, ...packTricks(join(folder, 'tricks')) });
    cpSync(join(root, 'e2e/fixtures/app'), join(folder, 'app'), { recursive: true });
    const examples = prepareStrictLayout(join(folder, 'strict'), tarballs, pages);
    writeFileSync(
      join(folder, 'layout.json'),
      JSON.stringify({ nodes: nodeBinaries(), typescript: oldTypescript(), examples }),
    );
  } catch (error) {
    dispose();
    throw error;
  }
  reportStep(`packages packed and installed in ${folder} in ${secondsSince(start)}`);
  return { folder, dispose };
}
