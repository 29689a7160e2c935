import { GanymedeError, type ErrorKind } from '@ganymede/core';
import { writingError } from './writing-errors.js';

const writingCalls =
  /^(write|mkdir|mkdtemp|rename|unlink|rmdir|rm|link|symlink|copyfile|f?truncate|f?sync|f?chmod|f?utime)/;

/** What the codes of the system mean where nothing was to be written: the error's code, its kind, what came, what helps. */
const reasons: ReadonlyMap<string, readonly [code: string, kind: ErrorKind, got: string, hint: string]> =
  new Map([
    ['ENOENT', ['FILE_NOT_FOUND', 'missing', 'nothing of that name', 'Check the path.']],
    ['EACCES', ['CANNOT_READ', 'data', 'no permission', 'Check the permissions of the path.']],
    ['EPERM', ['CANNOT_READ', 'data', 'no permission', 'Check the permissions of the path.']],
    ['EISDIR', ['CANNOT_READ', 'data', 'a folder', 'Name the file in it that is meant.']],
    ['ENOTDIR', ['CANNOT_READ', 'data', 'a file where a folder should be', 'Check the path.']],
    ['ELOOP', ['CANNOT_READ', 'data', 'links that lead in a circle', 'Name the file itself.']],
    ['ENAMETOOLONG', ['CANNOT_READ', 'data', 'a name that is too long', 'Check the path.']],
    ['EINVAL', ['CANNOT_READ', 'data', 'a name that the file system does not take', 'Check the path.']],
    ['EIO', ['CANNOT_READ', 'data', 'an error of the disk', 'Copy the file to another disk, if it can be.']],
    ['ESTALE', ['CANNOT_READ', 'data', 'a network file system that has lost it', 'Type the command again.']],
    ['EMFILE', ['TOO_MANY_FILES', 'failed', 'too many open files', 'Raise the limit: ulimit -n 4096.']],
    ['ENFILE', ['TOO_MANY_FILES', 'failed', 'too many open files', 'Close other programs.']],
    [
      'ENOMEM',
      ['OUT_OF_MEMORY', 'failed', 'no memory left', 'Close other programs, or take a smaller batch.'],
    ],
    [
      'EADDRINUSE',
      ['PORT_IN_USE', 'usage', 'one that is taken', 'Name another port, or stop what listens there.'],
    ],
  ]);

/**
 * An error of the system that nobody has put into words where it came up, in words, naming the path that the system
 * names. Null for any other error.
 */
export function systemError(error: unknown): GanymedeError | null {
  const { code, syscall, path, port } = (error ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof code !== 'string' || typeof syscall !== 'string') return null;
  const where = typeof path === 'string' ? path : typeof port === 'number' ? `port ${port}` : syscall;
  if (writingCalls.test(syscall) || code === 'ENOSPC' || code === 'EDQUOT') {
    const written = writingError(error, where);
    return written instanceof GanymedeError ? written : null;
  }
  const reason = reasons.get(code);
  if (reason === undefined) return null;
  const [own, kind, got, hint] = reason;
  const expected = own === 'PORT_IN_USE' ? 'a free one' : 'to read it';
  return new GanymedeError(own, `${where}: expected ${expected}, got ${got} (${code})`, {
    kind,
    hint,
    cause: error,
  });
}
