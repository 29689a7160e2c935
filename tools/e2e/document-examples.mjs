import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packageFolders } from '../setup/package-folders.mjs';
import { root } from '../setup/run-command.mjs';

/**
 * The TypeScript of one page as a module that is compiled and run.
 * @typedef {object} Example
 * @property {string} name - names its project: `losses`, `guide-config`
 * @property {string} file - the page, from the repository's root
 * @property {string} code
 * @property {readonly string[]} packages - what its reader installs, and what the hidden code needs besides
 * @property {string | null} notRun - why it is compiled only
 * @property {string | null} backend - the backend without which it cannot run
 * @property {boolean} isTest - jest runs it
 */

/** Names of the packages that code imports. @param {string} code @returns {string[]} */
function importedPackages(code) {
  const specifiers = [...code.matchAll(/^\s*(?:import|export)\s[^;'"]*?from '([^']+)'/gm)].map(
    ([, one = '']) => one,
  );
  const names = specifiers
    .filter((one) => !one.startsWith('node:') && !one.startsWith('.'))
    .map((one) =>
      one
        .split('/')
        .slice(0, one.startsWith('@') ? 2 : 1)
        .join('/'),
    );
  return [...new Set(names)];
}

/** What `npm install` lines name. @param {string} text @returns {string[]} */
function installedPackages(text) {
  const lines = [...text.matchAll(/^npm install (.+)$/gm)].map(([, line = '']) => line);
  return [...new Set(lines.flatMap((line) => line.split(/\s+/)))].filter((one) => !one.startsWith('-'));
}

/**
 * Reads a page. Beside the ```ts blocks that a reader sees, comments say what the example stands on, in the page's order:
 * `<!-- ts: code -->` is compiled and run with it, `<!-- not run: why -->` has it compiled only, and
 * `<!-- needs: backend -->` has it run where that backend does.
 * @param {string} name
 * @param {string} file
 * @returns {Example | null} - null for a page without TypeScript
 */
function exampleOf(name, file) {
  const text = readFileSync(join(root, file), 'utf8');
  const pieces = [...text.matchAll(/```ts\n([\s\S]*?)```|<!-- ts:([\s\S]*?)-->/g)];
  const shown = pieces.flatMap(([, code]) => code ?? []).join('\n');
  const hidden = pieces.flatMap(([, , code]) => code ?? []).join('\n');
  if (shown === '') return null;
  const imported = importedPackages(shown);
  // A guide tells how to install where it begins; its snippets need what they import.
  const installed = basename(file) === 'README.md' ? installedPackages(text) : imported;
  const missing = imported.filter((one) => !installed.includes(one));
  if (missing.length > 0) {
    throw new Error(
      `${file}: expected an \`npm install\` line with every package that its TypeScript imports, got none of ${missing.join(', ')}`,
    );
  }
  return {
    name,
    file,
    code: pieces.map(([, visible, invisible]) => visible ?? invisible).join('\n'),
    packages: [...new Set([...installed, ...importedPackages(hidden)])],
    notRun: /<!-- not run: ([\s\S]*?) -->/.exec(text)?.[1] ?? null,
    backend: /<!-- needs: ([\w-]+) -->/.exec(text)?.[1] ?? null,
    isTest: installed.includes('jest'),
  };
}

/** The examples of every README of a package or plugin, of the repository's README and of the guides. */
export function documentExamples() {
  /** @type {(name: string, file: string) => [name: string, file: string]} */
  const page = (name, file) => [name, file];
  const packages = packageFolders().map((folder) => page(basename(folder), `${folder}/README.md`));
  const guides = readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => page(`guide-${basename(name, '.md')}`, `docs/${name}`));
  return [...packages, page('repository', 'README.md'), ...guides].flatMap(
    ([name, file]) => exampleOf(name, file) ?? [],
  );
}
