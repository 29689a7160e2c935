import { GanymedeError } from '@ganymede/core';
import { printError } from './print-error.js';

function printed(error: unknown, { json = false } = {}) {
  let stdout = '';
  let stderr = '';
  const exitCode = printError(error, {
    json,
    debug: false,
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
  });
  return { exitCode, stdout, stderr };
}

describe('printError', () => {
  test.each([
    ['failed', 1],
    ['usage', 2],
    ['missing', 3],
    ['stopped', 4],
    ['data', 5],
  ] as const)('ends an error of kind %s with %d', (kind, exitCode) => {
    const error = new GanymedeError('SOME_CODE', 'x: expected 1, got 2', { kind, hint: 'Use 1.' });
    expect(printed(error)).toEqual({
      exitCode,
      stdout: '',
      stderr: 'error SOME_CODE: x: expected 1, got 2\nUse 1.\n',
    });
  });

  test('prints one JSON object with the kind', () => {
    const error = new GanymedeError('SOME_CODE', 'x', { kind: 'data' });
    const { stdout, stderr } = printed(error, { json: true });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'SOME_CODE', kind: 'data', message: 'x', hint: null },
    });
  });

  test('puts an error of the system into words, with its path', () => {
    const error = Object.assign(new Error('ENOENT: no such file or directory'), {
      ...{ code: 'ENOENT', syscall: 'open', path: '/there/x.png' },
    });
    expect(printed(error)).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/^error FILE_NOT_FOUND: \/there\/x.png: /),
    });
  });

  test.each([
    [
      'that says no call of the system',
      Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', hint: 'no' }),
    ],
    ['of Node', Object.assign(new TypeError('bad value'), { code: 'ERR_INVALID_ARG_TYPE' })],
    ['of a library, with a kind of its own', Object.assign(new Error('x'), { code: 'X', kind: 'odd' })],
    ['without a code', new Error('x')],
    ['that is a string', 'x'],
    ['that is null', null],
  ])('takes an error %s for a mistake of our own, and says how to report it', (_, error) => {
    const { exitCode, stderr } = printed(error);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error UNEXPECTED: .*\n.*DEBUG=1.*report/);
    expect(stderr).not.toContain('no\n');
  });
});
