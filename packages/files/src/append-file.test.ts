import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppendFile } from './append-file.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'append-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('appends, and goes on where it ended', () => {
  const path = join(folder, 'deep/log');
  for (const line of ['a\n', 'b\n']) {
    const file = AppendFile.open(path, { lines: true });
    file.append(line);
    file.close();
  }
  expect(readFileSync(path, 'utf8')).toBe('a\nb\n');
});

it.each([
  ['a\nb', 'a\n'],
  ['a', ''],
  ['', ''],
  ['a\n', 'a\n'],
  [`a\n${'b'.repeat(200_000)}`, 'a\n'],
  [`${'a'.repeat(65_536)}\n${'b'.repeat(65_536)}`, `${'a'.repeat(65_536)}\n`],
])('cuts an unfinished line off: case %#', (before, after) => {
  const path = join(folder, 'log');
  writeFileSync(path, before);
  AppendFile.open(path, { lines: true }).close();
  expect(readFileSync(path, 'utf8')).toBe(after);
  writeFileSync(path, before);
  AppendFile.open(path, { lines: false }).close();
  expect(readFileSync(path, 'utf8')).toBe(before);
});

it('names a path that cannot be', () => {
  expect(() => AppendFile.open(folder, { lines: true })).toThrow(
    expect.objectContaining({ code: 'CANNOT_WRITE', message: expect.stringContaining(folder) }),
  );
});
