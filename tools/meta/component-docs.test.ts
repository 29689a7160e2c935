import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readText, repository, trackedFiles } from './repository.js';

interface Definition {
  readonly file: string;
  readonly slot: string;
  readonly id: string;
}

const sources = trackedFiles().filter((file) =>
  /^(packages|plugins)\/[^/]+\/src\/.*(?<!\.test)\.ts$/.test(file),
);
const calls = sources
  .filter((file) => !file.startsWith('packages/core/') && !file.startsWith('packages/testing/'))
  .flatMap((file) => (readText(file).match(/\bdefineComponent\(/g) ?? []).map(() => file));

/** Definitions as they are written in the source: slot first, then the id. */
const definitions: readonly Definition[] = sources.flatMap((file) =>
  [...readText(file).matchAll(/\bdefineComponent\(\{\s*slot: '(\w+)',\s*id: '([\w-]+)'/g)].map(
    ([, slot, id]) => ({ file, slot: slot!, id: id! }),
  ),
);

function pageOf({ slot, id }: Definition): string {
  return `docs/components/${slot}/${id}.md`;
}

test('every definition starts with its slot and id, so that readers and this test find them', () => {
  expect(definitions.map(({ file }) => file).sort()).toEqual([...calls].sort());
  expect(definitions.length).toBeGreaterThan(0);
});

test('slot and id are used once', () => {
  const keys = definitions.map(({ slot, id }) => `${slot}/${id}`);
  expect(keys).toEqual([...new Set(keys)]);
});

test.each(definitions)('$slot $id has a page', (definition) => {
  expect({ page: pageOf(definition), exists: existsSync(join(repository, pageOf(definition))) }).toEqual({
    page: pageOf(definition),
    exists: true,
  });
  expect(readText(pageOf(definition))).toMatch(/^# \S[\s\S]*\n## Notes\n[\s\S]{60,}/);
});

test('every page belongs to a component', () => {
  const pages = trackedFiles().filter((file) => /^docs\/components\/[^/]+\/.*\.md$/.test(file));
  expect(pages.filter((page) => !definitions.some((definition) => pageOf(definition) === page))).toEqual([]);
});

test('pages say what the definitions say (npm run docs)', () => {
  const program = join(repository, 'tools/docs/component-pages.mjs');
  const { status, stderr } = spawnSync(process.execPath, [program, '--check'], {
    cwd: repository,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
