import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readText, repository, trackedFiles, workspacePackages } from './repository.js';

const packages = workspacePackages();
const readmeOf = (folder: string): string => `${folder}/README.md`;

/** A README's TypeScript as one module. What a reader has at hand is declared in comments that begin with `ts:`. */
function codeIn(readme: string): string {
  const declared = [...readme.matchAll(/<!-- ts:([\s\S]*?)-->/g)].map(([, code]) => code!);
  const shown = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
  return [...declared, ...shown].join('\n');
}

test.each(packages)('$folder has a README under its name', ({ folder, manifest }) => {
  expect(existsSync(join(repository, readmeOf(folder)))).toBe(true);
  expect(readText(readmeOf(folder)).split('\n')[0]).toBe(`# ${manifest.name}`);
});

test('the TypeScript of READMEs and guides is right', () => {
  const guides = trackedFiles().filter((file) => /^(README|docs\/[^/]+)\.md$/.test(file));
  const snippets = [
    ...packages.map(({ folder }) => ({ file: `${folder}/src/readme.mts`, text: readText(readmeOf(folder)) })),
    // As a program that depends on the toolkit sees the packages.
    ...guides.map((file) => ({
      file: `packages/toolkit/src/${basename(file, '.md')}.mts`,
      text: readText(file),
    })),
  ]
    .map(({ file, text }) => ({ file, code: codeIn(text) }))
    .filter(({ code }) => code.trim().length > 0);
  expect(snippets.length).toBeGreaterThan(10);
  const broken = {
    file: 'packages/losses/src/broken.mts',
    code: "import { Hinge } from '@ganymede/losses';",
  };
  const output = execFileSync(process.execPath, ['tools/meta/type-check-snippets.mjs'], {
    cwd: repository,
    encoding: 'utf8',
    input: JSON.stringify([...snippets, broken]),
  });
  const found = JSON.parse(output) as string[][];
  expect(found.pop()).toEqual([expect.stringContaining("no exported member named 'Hinge'")]);
  expect(Object.fromEntries(snippets.map(({ file }, i) => [file, found[i]]))).toEqual(
    Object.fromEntries(snippets.map(({ file }) => [file, []])),
  );
}, 120_000);
