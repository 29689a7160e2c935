import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findLibrary, libraryCache, pinnedVersion } from './index.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'library-test-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A folder that looks as if it held the library. */
function library(...path: string[]): string {
  const folder = join(root, ...path);
  mkdirSync(folder, { recursive: true });
  for (const file of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
    writeFileSync(join(folder, file), '');
  return folder;
}

/** A Python that knows TensorFlow in `folder`, or does not. */
function python(folder = ''): string {
  const bin = join(root, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'python3'), `#!/bin/sh\necho "${folder}"\n`);
  chmodSync(join(bin, 'python3'), 0o755);
  return bin;
}

test('the variable wins over the cache, the cache over Python', () => {
  const named = library('named');
  const cached = library('cache', 'ganymede', 'tensorflow', pinnedVersion);
  const virtual = library('venv', 'lib', 'python3.11', 'site-packages', 'tensorflow');
  const PATH = python(library('system'));
  const XDG_CACHE_HOME = join(root, 'cache');
  const VIRTUAL_ENV = join(root, 'venv');
  expect(findLibrary({ GANYMEDE_TENSORFLOW: named, XDG_CACHE_HOME, VIRTUAL_ENV, PATH })).toEqual({
    folder: named,
    source: 'GANYMEDE_TENSORFLOW',
  });
  expect(findLibrary({ XDG_CACHE_HOME, VIRTUAL_ENV, PATH })).toEqual({ folder: cached, source: 'cache' });
  const elsewhere = join(root, 'empty');
  expect(findLibrary({ XDG_CACHE_HOME: elsewhere, VIRTUAL_ENV, PATH })).toEqual({
    folder: virtual,
    source: 'python',
  });
  expect(findLibrary({ XDG_CACHE_HOME: elsewhere, CONDA_PREFIX: VIRTUAL_ENV, PATH })).toEqual({
    folder: virtual,
    source: 'python',
  });
  expect(findLibrary({ XDG_CACHE_HOME: elsewhere, PATH })).toEqual({
    folder: join(root, 'system'),
    source: 'python',
  });
});

test('the pinned version wins over others in the cache, the newest of the others is taken', () => {
  const XDG_CACHE_HOME = join(root, 'cache');
  const PATH = python();
  library('cache', 'ganymede', 'tensorflow', '2.9.3');
  const newer = library('cache', 'ganymede', 'tensorflow', '2.20.0');
  expect(findLibrary({ XDG_CACHE_HOME, PATH }).folder).toBe(newer);
  const pinned = library('cache', 'ganymede', 'tensorflow', pinnedVersion);
  expect(findLibrary({ XDG_CACHE_HOME, PATH }).folder).toBe(pinned);
});

test('half a library is none; the message says where it looked and what to type', () => {
  const XDG_CACHE_HOME = join(root, 'cache');
  const half = library('cache', 'ganymede', 'tensorflow', pinnedVersion);
  rmSync(join(half, 'libtensorflow_cc.so.2'));
  const environment = {
    XDG_CACHE_HOME,
    VIRTUAL_ENV: join(root, 'venv'),
    PATH: python(join(root, 'nowhere')),
  };
  expect(() => findLibrary(environment)).toThrow(
    expect.objectContaining({
      code: 'LIBRARY_NOT_FOUND',
      message: expect.stringContaining(libraryCache(environment)),
      hint: expect.stringContaining('ganymede backend install tensorflow'),
    }),
  );
  expect(() => findLibrary(environment)).toThrow(join(root, 'nowhere'));
});

test('a variable that points nowhere is an error, not a reason to look elsewhere', () => {
  library('cache', 'ganymede', 'tensorflow', pinnedVersion);
  expect(() => findLibrary({ GANYMEDE_TENSORFLOW: root, XDG_CACHE_HOME: join(root, 'cache') })).toThrow(
    expect.objectContaining({ code: 'LIBRARY_NOT_FOUND', message: expect.stringContaining(`got ${root}`) }),
  );
});
