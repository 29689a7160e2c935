import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(join(root, 'package.json'));

/** What a bundle has beside it: the licences of all that it was made of. */
export const noticesName = 'THIRD-PARTY-LICENSES.txt';

/**
 * @typedef {object} Bundled
 * @property {string} name
 * @property {string} version
 * @property {string} license - SPDX identifier
 * @property {string | null} home
 * @property {string} text - of its licence, with its copyright
 */

/**
 * The modules of which something is in what esbuild wrote.
 * @param {readonly import('esbuild').BuildResult<{ metafile: true }>[]} results
 */
export function modulesOf(results) {
  const outputs = results.flatMap(({ metafile }) => Object.values(metafile.outputs));
  return outputs.flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([module]) => resolve(root, module)),
  );
}

/**
 * A plugin for vite, and for its workers, that notes the modules of which something is in what it writes.
 * @param {Set<string>} modules
 * @returns {import('vite').Plugin}
 */
export function notingModules(modules) {
  return {
    name: 'noting-modules',
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type !== 'chunk') continue;
        for (const [module, { renderedLength }] of Object.entries(output.modules))
          if (renderedLength > 0) modules.add(module);
      }
      // Styles are taken out of the chunks before, which leaves nothing of their modules there.
      for (const module of this.getModuleIds()) if (/\.css($|\?)/.test(module)) modules.add(module);
    },
  };
}

/**
 * The licences of the packages that modules are of, this repository's first, each text once.
 * @param {Iterable<string>} modules - paths, as bundlers name them
 * @throws where a package has no text of its licence: nothing may be shipped without
 */
export function noticesOf(modules) {
  const packages = bundledPackages(modules);
  /** @type {Map<string, Bundled[]>} */
  const byText = new Map();
  for (const one of packages) byText.set(one.text, [...(byText.get(one.text) ?? []), one]);
  const line = '-'.repeat(80);
  const sections = [...byText].map(([text, of]) => {
    const names = of.map(({ name, version, license, home }) =>
      [
        `${name} ${version} (${license.replace(/^\((.*)\)$/, '$1')})`,
        ...(home === null ? [] : [`  ${home}`]),
      ].join('\n'),
    );
    return `${line}\n${names.join('\n')}\n${line}\n\n${text}\n`;
  });
  return `The files of this folder are made of these packages, each under the licence that follows it.\n\n${sections.join('\n')}`;
}

/**
 * Packages by name, this repository's packages as one, the first.
 * @param {Iterable<string>} modules
 * @returns {readonly Bundled[]}
 */
function bundledPackages(modules) {
  /** @type {Map<string, Set<string>>} */
  const filesByFolder = new Map([[root, new Set()]]);
  for (const module of modules) {
    const folder = packageFolderOf(module);
    if (folder === null) continue;
    filesByFolder.set(folder, (filesByFolder.get(folder) ?? new Set()).add(pathOf(module)));
  }
  const all = [...filesByFolder].map(([folder, files]) => bundledPackage(folder, [...files]));
  const [own, ...others] = all;
  if (own === undefined) throw new Error('notices: expected the repository, got no package');
  return [own, ...others.sort((a, b) => (a.name < b.name ? -1 : 1))];
}

/** @param {string} module */
const pathOf = (module) => module.replace(/^\0/, '').replace(/\?.*$/, '');

/**
 * The folder of the package that a module is of; null for what is of none: code that a plugin of ours made.
 * @param {string} module
 */
function packageFolderOf(module) {
  const path = pathOf(module);
  // What the bundler adds of its own is its package's.
  const [, virtual] = /^\0(rolldown|vite)\//.exec(module) ?? [];
  if (virtual !== undefined) return dirname(require.resolve(`${virtual}/package.json`));
  if (!path.startsWith(root + sep)) return null;
  const parts = relative(root, path).split(sep);
  const at = parts.lastIndexOf('node_modules');
  if (at < 0) return root;
  const depth = parts[at + 1]?.startsWith('@') ? 3 : 2;
  return join(root, ...parts.slice(0, at + depth));
}

/**
 * @param {string} folder
 * @param {readonly string[]} files - of it, that are bundled
 * @returns {Bundled}
 */
function bundledPackage(folder, files) {
  const { name, version, license, repository, homepage } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const text = ownText(folder) ?? textInReadme(folder) ?? (license === 'Apache-2.0' ? apache(files) : null);
  if (text === null)
    throw new Error(`notices: expected a text of the licence ${license} in ${folder}, got none`);
  const home = homepage ?? repository?.url ?? (typeof repository === 'string' ? repository : null);
  return { name, version, license, home, text };
}

/** The files that its authors wrote for it. @param {string} folder */
function ownText(folder) {
  const names = readdirSync(folder).filter((name) =>
    /^(licen[cs]e|copying|notice)(-[\w-]+)?(\.(md|txt))?$/i.test(name),
  );
  const texts = names.sort().map((name) => readFileSync(join(folder, name), 'utf8').trim());
  return texts.length === 0 ? null : texts.join('\n\n');
}

/** A licence that stands whole in the README, from its heading to the next one. @param {string} folder */
function textInReadme(folder) {
  const readme = join(folder, 'README.md');
  if (!existsSync(readme)) return null;
  const lines = readFileSync(readme, 'utf8').split(/\r?\n/);
  const heading = lines.findIndex((line) => /^#*\s*licen[cs]e\b/i.test(line));
  if (heading < 0) return null;
  const isRule = (/** @type {string | undefined} */ line) => /^[-=]{3,}$/.test(line ?? '');
  const after = lines.slice(heading + (isRule(lines[heading + 1]) ? 2 : 1));
  const end = after.findIndex((line, i) => /^#/.test(line) || (line !== '' && isRule(after[i + 1])));
  const text = after
    .slice(0, end < 0 ? after.length : end)
    .join('\n')
    .trim();
  return /copyright/i.test(text) && /without warranty/i.test(text) ? text : null;
}

/**
 * Packages under the Apache License that come without its text, as tfjs's do: the copyrights that stand in their files, and
 * the text.
 * @param {readonly string[]} files
 */
function apache(files) {
  const copyrights = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^[\s*/]*(Copyright\b.*?)[\s*/]*$/gm)].map(([, line]) => line),
  );
  const text = readFileSync(join(root, 'packages/tensorflow/licenses/apache-2.0.txt'), 'utf8').trim();
  return [...new Set(copyrights)].sort().concat('', text).join('\n').trim();
}
