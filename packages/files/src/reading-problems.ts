import type { ErrorKind } from '@ganymede/core';

/** The error's code and kind, what goes on from "a file that" (`is a named pipe, not a file`), and what helps. */
type ReadingProblem = readonly [code: string, kind: ErrorKind, problem: string, hint: string];

/** What the codes of the file system mean where a file was to be read. */
export const readingProblems: ReadonlyMap<string, ReadingProblem> = new Map<string, ReadingProblem>([
  ['ENOENT', ['FILE_NOT_FOUND', 'missing', 'does not exist', 'Check the path.']],
  [
    'ENOTDIR',
    ['FILE_NOT_FOUND', 'missing', 'does not exist: a part of its path is a file', 'Check the path.'],
  ],
  ['EACCES', ['CANNOT_READ', 'data', 'may not be read: there is no permission', 'Check its permissions.']],
  ['EPERM', ['CANNOT_READ', 'data', 'may not be read: the system forbids it', 'Check its permissions.']],
  ['EISDIR', ['CANNOT_READ', 'data', 'is a folder, not a file', 'Name the file in it that is meant.']],
  ['ENXIO', ['CANNOT_READ', 'data', 'is a socket, not a file', 'Name a file.']],
  ['ELOOP', ['CANNOT_READ', 'data', 'is a link that leads in a circle', 'Name the file itself.']],
  ['ENAMETOOLONG', ['CANNOT_READ', 'data', 'has a name that is too long', 'Check the path.']],
  ['EINVAL', ['CANNOT_READ', 'data', 'has a name that the file system does not take', 'Check the path.']],
  ['EIO', ['CANNOT_READ', 'data', 'cannot be read: the disk reports an error', 'Copy it to another disk.']],
  [
    'ESTALE',
    ['CANNOT_READ', 'data', 'cannot be read: its network drive has gone', 'Connect the drive again.'],
  ],
  [
    'EMFILE',
    [
      'TOO_MANY_FILES',
      'failed',
      'cannot be opened: this process has too many files open',
      'Raise the limit: ulimit -n 4096.',
    ],
  ],
  [
    'ENFILE',
    [
      'TOO_MANY_FILES',
      'failed',
      'cannot be opened: the system has too many files open',
      'Close other programs.',
    ],
  ],
]);
