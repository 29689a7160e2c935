import { existsSync } from 'node:fs';
import { join } from 'node:path';
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
      .split('\n')
      .map((line) => line.trim().replace(/^\$ /, ''))
      .filter((line) => line.length > 0 && !line.startsWith('#')),
  );
}

/** Ids as oclif has them, `backend:list`, from the table that the CLI takes its commands from. */
const commandIds = [
  ...readText('packages/cli/src/commands.ts').matchAll(/^ {2}'?([a-z-]+(?::[a-z-]+)*)'?: [A-Z]/gm),
].map(([, id]) => id!);

function isGanymedeCommand(words: readonly string[]): boolean {
  const plain = words.filter((word) => /^[a-z][a-z-]*$/.test(word));
  // Arguments may follow: some of the first words are the command.
  return plain.length === 0 || plain.some((_, i) => commandIds.includes(plain.slice(0, i + 1).join(':')));
}

/** `ganymede ...` in running text and tables. */
function inlineCommands(text: string): readonly string[] {
  return [...text.matchAll(/`(ganymede [^`\n]+)`/g)].map(([, line]) => line!);
}

test('the table of commands is found', () => {
  expect(commandIds).toEqual(expect.arrayContaining(['train', 'sample', 'backend:list']));
});

test('the README shows the two commands that do everything', () => {
  const lines = shellLines(readText('README.md'));
  expect(lines.some((line) => line.startsWith('npm start'))).toBe(true);
  expect(lines.some((line) => line.startsWith('npm test'))).toBe(true);
});

test.each(documents)('%s: every command exists', (file) => {
  const text = readText(file);
  const missing = [...shellLines(text), ...inlineCommands(text)].filter((line) => {
    const [program, ...words] = line.replace(/^npx /, '').split(/\s+/);
    if (program === 'npm' && words[0] === 'run') return !scripts.has(words[1] ?? '');
    if (program === 'npm') return !npmBuiltIns.has(words[0] ?? '') && !scripts.has(words[0] ?? '');
    if (program === 'ganymede') return !isGanymedeCommand(words);
    return false;
  });
  expect(missing).toEqual([]);
});

test.each(documents)('%s: every link to a file leads somewhere', (file) => {
  const links = [...readText(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, link]) => link!);
  const folder = join(repository, file, '..');
  expect(links.filter((link) => !existsSync(join(folder, link)))).toEqual([]);
});
