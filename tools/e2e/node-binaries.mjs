import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/run-command.mjs';
import { installPackages } from './install-packages.mjs';

/** The Node versions that the packages promise to run on, besides the one that runs the tests. */
const otherVersions = ['22.23.3', '24.21.0', '26.10.0'];

/**
 * Executables by version. Node comes from npm, as one package a platform that holds `bin/node`; they are kept under
 * dist/, so that the next run of the tests finds them.
 * @returns {Readonly<Record<string, string>>}
 */
export function nodeBinaries() {
  const platformPackage = `node-${process.platform}-${process.arch}`;
  const others = otherVersions
    .filter((version) => version !== process.versions.node)
    .map((version) => {
      const folder = join(root, 'dist/node', version);
      const binary = join(folder, 'node_modules', platformPackage, 'bin/node');
      if (!existsSync(binary)) installPackages(folder, { [platformPackage]: version });
      return [version, binary];
    });
  return { [process.versions.node]: process.execPath, ...Object.fromEntries(others) };
}

/** The oldest TypeScript that plugins are written with. */
const oldestTypescript = '5.9.3';

/** Its compiler, kept as the Node versions are. @returns {string} */
export function oldTypescript() {
  const folder = join(root, 'dist/typescript', oldestTypescript);
  const compiler = join(folder, 'node_modules/typescript/bin/tsc');
  if (!existsSync(compiler)) installPackages(folder, { typescript: oldestTypescript });
  return compiler;
}
