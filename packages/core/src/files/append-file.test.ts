import { mountSmallDisk } from '@ganymede/testing';
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

describe('on a disk that is full', () => {
  const small = mountSmallDisk(64);
  afterAll(() => small?.unmount());
  const name = small ? '' : ' (skipped: this process may not mount a file system)';
  (small ? it : it.skip)(`ends with the last whole record${name}`, () => {
    const path = join(small!.folder, 'log');
    const file = AppendFile.open(path, { lines: true });
    const record = `${'x'.repeat(999)}\n`;
    let written = 0;
    const fill = (): void => {
      for (; written < 1000; written++) file.append(record);
    };
    expect(fill).toThrow(
      expect.objectContaining({ code: 'DISK_FULL', message: expect.stringContaining(path) }),
    );
    file.close();
    expect(written).toBeGreaterThan(50);
    expect(readFileSync(path, 'utf8')).toBe(record.repeat(written));
  });
});
