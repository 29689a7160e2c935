import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolders } from '../setup/package-folders.mjs';
import { root } from '../setup/run-command.mjs';
import { npmInstall } from './install-packages.mjs';

/** Declarations of packages are checked as well: a type that they do not find would pass as `any`. */
const compilation = {
  compilerOptions: {
    target: 'ES2022',
    module: 'NodeNext',
    strict: true,
    skipLibCheck: false,
    types: ['node', 'jest'],
    pretty: false,
  },
  include: ['projects/*/example.*'],
};

/** Tools that the tests take from the repository instead of installing them once more. */
const fromRepository = new Set(['jest', '@types/jest', '@types/node', 'typescript']);

/**
 * What the file that Node loads of tfjs requires without declaring it (tensorflow/tfjs#6841). The README tells readers with
 * such a layout to install it; at the root of the layout tfjs finds it.
 */
const undeclaredByTfjs = { long: '4.0.0', seedrandom: '3.0.5' };

const readJson = (/** @type {string} */ file) => JSON.parse(readFileSync(file, 'utf8'));

/** Versions that the workspace's manifests pin, by package. */
function pinnedVersions() {
  const manifests = ['.', ...packageFolders()].map((folder) => readJson(join(root, folder, 'package.json')));
  return Object.assign(
    {},
    ...manifests.flatMap((one) => [one.devDependencies, one.peerDependencies, one.dependencies]),
  );
}

/**
 * Makes a workspace of projects, one for each page with TypeScript, and installs into each what that page tells its reader
 * to install: in npm's strict layout a package finds only what it declares itself. One install does for all.
 * @param {string} folder - is created
 * @param {Readonly<Record<string, string>>} tarballs - `file:` by name, of every package
 * @param {readonly import('./document-examples.mjs').Example[]} examples
 */
export function prepareStrictLayout(folder, tarballs, examples) {
  /** @type {Readonly<Record<string, string>>} */
  const versions = { ...pinnedVersions(), ...tarballs };
  const versionOf = (/** @type {string} */ name) => {
    if (!versions[name]) throw new Error(`${name}: expected a version that a manifest pins, got none`);
    return versions[name];
  };
  /** @param {string} name @param {readonly string[]} packages */
  const project = (name, packages) => {
    const dependencies = Object.fromEntries(
      packages.filter((one) => !fromRepository.has(one)).map((one) => [one, versionOf(one)]),
    );
    mkdirSync(join(folder, 'projects', name), { recursive: true });
    writeFileSync(
      join(folder, 'projects', name, 'package.json'),
      JSON.stringify({ name: `project-${name}`, version: '0.0.0', private: true, dependencies }, null, 2),
    );
  };
  for (const { name, packages, code, isTest } of examples) {
    project(name, packages);
    writeFileSync(join(folder, 'projects', name, isTest ? 'example.test.cts' : 'example.mts'), code);
  }
  project('every-package', Object.keys(tarballs));
  for (const name of ['every-package', 'layers'])
    cpSync(join(root, 'e2e/fixtures', name), join(folder, 'projects', name), { recursive: true });
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(compilation, null, 2));
  mkdirSync(join(folder, 'files'));
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify(
      {
        private: true,
        workspaces: ['projects/*'],
        dependencies: undeclaredByTfjs,
        overrides: tarballs,
      },
      null,
      2,
    ),
  );
  npmInstall(folder, ['--install-strategy=linked']);
  return examples.map(({ code: _, packages: __, ...example }) => example);
}
