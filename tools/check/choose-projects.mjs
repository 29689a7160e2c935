import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packageFolders } from '../setup/package-folders.mjs';
import { root } from '../setup/run-command.mjs';

/** The jest projects by name: a package's or plugin's folder name, `tools` and `e2e`. */
export function projectNames() {
  const folders = packageFolders()
    .filter((folder) => existsSync(join(root, folder, 'jest.config.cjs')))
    .map((folder) => basename(folder));
  return [...folders, 'tools', 'e2e'].sort();
}

/**
 * Splits the arguments of `npm test` into projects (null: all) and what jest gets.
 * @param {readonly string[]} args
 */
export function chooseProjects(args) {
  const firstFlag = args.findIndex((argument) => argument.startsWith('-'));
  const names = firstFlag === -1 ? args : args.slice(0, firstFlag);
  const known = projectNames();
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`npm test: expected packages of ${known.join(', ')}, got ${unknown.join(', ')}`);
  }
  return {
    projects: names.length > 0 ? names : null,
    jestArguments: firstFlag === -1 ? [] : args.slice(firstFlag),
  };
}
