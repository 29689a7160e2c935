import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { commandFlags, commandProblem } from './command-lines.js';
import { readManifest, readText, repository, trackedFiles } from './repository.js';

const documents = trackedFiles().filter(
  (file) => /^((packages|plugins)\/[^/]+\/)?README\.md$/.test(file) || /^docs\/.*\.md$/.test(file),
);
const npmBuiltIns = new Set(['start', 'test', 'install', 'ci', 'pack', 'publish', 'run', 'exec']);
const scripts = new Set(Object.keys(readManifest('.').scripts ?? {}));

/** The lines of the document's shell blocks that are commands. */
function shellLines(text: string): readonly string[] {
  return [...text.matchAll(/```(?:sh|bash|console|shell)\n([\s\S]*?)```/g)].flatMap(([, block]) =>
    block!
      .replaceAll(/\\\n\s*/g, ' ')
      .split('\n')
      .map((line) => line.trim().replace(/^\$ /, ''))
      .filter((line) => line.length > 0 && !line.startsWith('#')),
  );
}

/** `ganymede ...` in running text and tables. */
function inlineCommands(text: string): readonly string[] {
  return [...text.matchAll(/`(ganymede [^`\n]+)`/g)].map(([, line]) => line!);
}

test('the table of commands is found', () => {
  expect(Object.keys(commandFlags())).toEqual(expect.arrayContaining(['train', 'sample', 'backend:list']));
});

test('the README shows the two commands that do everything', () => {
  const lines = shellLines(readText('README.md'));
  expect(lines.some((line) => line.startsWith('npm start'))).toBe(true);
  expect(lines.some((line) => line.startsWith('npm test'))).toBe(true);
});

test.each(documents)('%s: every command exists, with its flags', (file) => {
  const text = readText(file);
  // Files of commands that the document itself shows how to write.
  const own = [...text.matchAll(/^\/\/ commands\/([a-z-]+)\.js$/gm)].map(([, name]) => name!);
  const missing = [...shellLines(text), ...inlineCommands(text)].flatMap((line) => {
    const [program, ...words] = line.replace(/^npx /, '').split(/\s+/);
    if (program === 'npm') {
      const script = words[0] === 'run' ? words[1] : words[0];
      const isKnown = scripts.has(script ?? '') || (words[0] !== 'run' && npmBuiltIns.has(script ?? ''));
      return isKnown ? [] : [`${line}: no script of that name`];
    }
    if (own.includes(words[0] ?? '')) return [];
    const problem = program === 'ganymede' ? commandProblem(words) : null;
    return problem === null ? [] : [`${line}: ${problem}`];
  });
  expect(missing).toEqual([]);
});

test.each(documents)('%s: every link to a file leads somewhere', (file) => {
  const links = [...readText(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, link]) => link!);
  const folder = join(repository, file, '..');
  expect(links.filter((link) => !existsSync(join(folder, link)))).toEqual([]);
});
