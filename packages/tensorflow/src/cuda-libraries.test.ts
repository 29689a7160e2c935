import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCudaLibraries } from './cuda-libraries.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cuda-libraries-'));
});
afterEach(() => rm(root, { recursive: true }));

const mapped = (name: string): boolean => readFileSync('/proc/self/maps', 'utf8').includes(`/${name}`);

/** A small library that every glibc has and that nothing here loads by itself. */
const systemLibrary = (): string =>
  /libBrokenLocale\.so\.1 .*=> (\S+)/.exec(execFileSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' }))![1]!;

test('loads what can be loaded, and leaves out what cannot', async () => {
  const library = systemLibrary();
  const folder = join(root, 'nvidia', 'cuda_runtime', 'lib');
  await mkdir(folder, { recursive: true });
  await symlink(library, join(folder, 'libcudart.so.12'));
  await writeFile(join(folder, 'libcublas.so.12'), 'not a library');
  await writeFile(join(folder, 'notes.txt'), '');
  expect(mapped('libBrokenLocale')).toBe(false);
  openCudaLibraries(join(root, 'tensorflow'));
  expect(mapped('libBrokenLocale')).toBe(true);
});

test('needs none', () => {
  expect(() => openCudaLibraries(root)).not.toThrow();
});
