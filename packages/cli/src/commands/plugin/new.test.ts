import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHere } from '../../testing/run-here.js';

const folder = mkdtempSync(join(tmpdir(), 'ganymede-plugin-new-'));
afterAll(() => rmSync(folder, { recursive: true }));

const pluginNew = (name: string, out: string) =>
  runHere('plugin', 'new', name, '--slot', 'loss', '--out', join(folder, out));

test('tells what it wrote, and what to type next', async () => {
  const { code, stdout } = await pluginNew('mine', 'new');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^wrote .*package\.json$/m);
  expect(stdout).toContain('npx ganymede train --preset quickstart --plugin . --set loss=mine');
  expect(readFileSync(join(folder, 'new/src/mine.ts'), 'utf8')).toContain("id: 'mine'");
});

test('an id that the slot has is refused: the plugin could not be opened', async () => {
  const { code, stderr } = await pluginNew('hinge', 'other');
  expect(code).toBe(2);
  expect(stderr).toContain('expected an id that no loss has, got hinge');
});

test('a file in the place of the folder is told as one', async () => {
  writeFileSync(join(folder, 'file'), '');
  const { stderr } = await pluginNew('mine', 'file');
  expect(stderr).toMatch(/CANNOT_WRITE: .*file: .*a file where one of its folders should be/);
});
