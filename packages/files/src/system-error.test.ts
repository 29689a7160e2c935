import { mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFile } from './regular-file.js';
import { systemError } from './system-error.js';

function caught(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return null;
}

const absent = join(tmpdir(), 'ganymede-is-not-there', 'x');

test.each([
  ['a file that is not there', () => readFileSync(absent), 'FILE_NOT_FOUND', 'missing', absent],
  [
    'a file below a file',
    () => openSync(join(__filename, 'x'), 'r'),
    'FILE_NOT_FOUND',
    'missing',
    __filename,
  ],
  [
    'a folder that cannot be made',
    () => mkdirSync(join(__filename, 'x')),
    'CANNOT_WRITE',
    'failed',
    __filename,
  ],
  ['a folder that cannot be removed', () => rmSync(absent), 'FILE_NOT_FOUND', 'missing', absent],
])('%s is named', (_, call, code, kind, path) => {
  const error = systemError(caught(call));
  expect(error).toMatchObject({ code, kind, message: expect.stringContaining(path) });
  expect(error!.hint).toBeTruthy();
});

test('a file that cannot be read is told in the same words whoever meets it', async () => {
  const error = systemError(caught(() => readFileSync(absent)))!;
  await expect(openFile(absent)).rejects.toMatchObject({ code: error.code, message: error.message });
});

test('a code of the system alone is not taken for one, nor is a mistake of our own', () => {
  expect(systemError(Object.assign(new Error('x'), { code: 'ENOENT' }))).toBeNull();
  expect(systemError(caught(() => readFileSync(Symbol('x') as never)))).toBeNull();
  expect(systemError(null)).toBeNull();
});

test('a port that is taken is named', () => {
  const error = Object.assign(new Error('listen'), { code: 'EADDRINUSE', syscall: 'listen', port: 8080 });
  expect(systemError(error)).toMatchObject({
    code: 'PORT_IN_USE',
    kind: 'usage',
    message: expect.stringContaining('port 8080'),
  });
});

test.each([
  [{ code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: '300.1.1.1' }, 'ADDRESS_UNKNOWN', '300.1.1.1'],
  [
    { code: 'EADDRNOTAVAIL', syscall: 'listen', address: '10.9.9.9', port: 80 },
    'ADDRESS_UNKNOWN',
    '10.9.9.9',
  ],
  [{ code: 'EACCES', syscall: 'listen', address: '127.0.0.1', port: 80 }, 'PORT_IN_USE', 'port 80'],
])('%j is a wrong address, not a mistake of ours', (fields, code, named) => {
  const told = systemError(Object.assign(new Error('listen'), fields));
  expect(told).toMatchObject({ code, kind: 'usage', message: expect.stringContaining(named) });
});
