import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHere } from '../testing/run-here.js';
import { expectNewId, idOf } from './plugin-files.js';

const folder = mkdtempSync(join(tmpdir(), 'ganymede-scaffold-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('an id is the name without scope', () => {
  expect(idOf('@you/ganymede-soft-margin')).toBe('soft-margin');
  for (const name of ['', '../x', 'UPPER', '@a/b/c', 'node_modules', '1x', 'a b', '__proto__'])
    expect(() => idOf(name)).toThrow('expected a package name');
});

test('an id that the slot has is refused: the plugin could not be opened', async () => {
  expect(() => expectNewId('mine', 'loss', ['hinge'])).not.toThrow();
  const { code, stderr } = await runHere(
    'plugin',
    'new',
    'hinge',
    '--slot',
    'loss',
    '--out',
    join(folder, 'new'),
  );
  expect(code).toBe(2);
  expect(stderr).toContain('expected an id that no loss has, got hinge');
});

test('a file in the place of the folder is told as one', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const { stderr } = await runHere('plugin', 'new', 'mine', '--slot', 'loss', '--out', file);
  expect(stderr).toMatch(/CANNOT_WRITE: .*file: .*a file where one of its folders should be/);
});
