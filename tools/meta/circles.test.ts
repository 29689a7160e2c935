import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from './repository.js';

const folder = mkdtempSync(join(tmpdir(), 'ganymede-circles-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What oxlint finds by the rules of the repository: lines of `file: rule`. */
function found(files: Readonly<Record<string, string>>): string[] {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const { stdout } = spawnSync(
    process.execPath,
    [
      join(repository, 'node_modules/oxlint/bin/oxlint'),
      ...['-c', join(repository, '.oxlintrc.json'), '-f', 'json'],
      ...Object.keys(files),
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  const { diagnostics } = JSON.parse(stdout) as {
    readonly diagnostics: readonly { readonly filename: string; readonly code: string }[];
  };
  return diagnostics.map(({ filename, code }) => `${filename}: ${code}`).sort();
}

test('two files that import each other, one of them a type alone', () => {
  const files = {
    'odd.ts': "import type { Even } from './even.js';\nexport type Odd = Even | 1;\nexport const one = 1;\n",
    'even.ts': "import { one } from './odd.js';\nexport type Even = number;\nexport const two = one + 1;\n",
  };
  expect(found(files)).toEqual(['even.ts: import(no-cycle)', 'odd.ts: import(no-cycle)']);
});

test('a file above 300 lines; tests may be longer', () => {
  const lines = (count: number): string => '// a line\n'.repeat(count - 1) + 'export const last = 1;\n';
  const files = { 'long.ts': lines(302), 'short.ts': lines(299), 'long.test.ts': lines(400) };
  expect(found(files)).toEqual(['long.ts: eslint(max-lines)']);
});
