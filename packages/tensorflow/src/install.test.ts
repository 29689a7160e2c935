import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { installLibrary, wheelFor } from './index.js';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'install-test-'))));
afterEach(() => rmSync(root, { recursive: true }));

test('keeps the two libraries of the wheel, whole, and nothing else', async () => {
  const framework = Buffer.alloc(300_000, 'framework ');
  const cc = Buffer.from(Array.from({ length: 150_000 }, (_, i) => (i * i) % 251));
  const zip = zipSync({
    'tensorflow/__init__.py': Buffer.from('raise ImportError'),
    'tensorflow/libtensorflow_framework.so.2': framework,
    'tensorflow/libtensorflow_cc.so.2': cc,
  });
  writeFileSync(join(root, 'tensorflow_cpu-0.0.1-py3-none-any.whl'), zip);
  const folder = join(root, 'cache', '0.0.1');
  const wheel = {
    distribution: 'tensorflow-cpu',
    version: '0.0.1',
    sha256: createHash('sha256').update(zip).digest('hex'),
    platforms: ['any'],
  };
  expect(await installLibrary({ folder, wheel, from: root })).toEqual({ folder, installed: true });
  expect(readdirSync(folder).sort()).toEqual(['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']);
  expect(readFileSync(join(folder, 'libtensorflow_framework.so.2')).equals(framework)).toBe(true);
  expect(readFileSync(join(folder, 'libtensorflow_cc.so.2')).equals(cc)).toBe(true);
  expect((await installLibrary({ folder, wheel, from: join(root, 'none') })).installed).toBe(false);
});

test('there are wheels for Linux on x64 and arm64 only', () => {
  expect(wheelFor('linux', 'x64').distribution).toBe('tensorflow-cpu');
  expect(wheelFor('linux', 'arm64').distribution).toBe('tensorflow');
  expect(() => wheelFor('darwin', 'arm64')).toThrow('expected linux on x64 or arm64, got darwin on arm64');
});
