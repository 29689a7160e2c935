import { GanymedeError } from '@ganymede/core';
import { readingProblems } from './reading-problems.js';
import { writingError } from './writing-errors.js';

const writingCalls =
  /^(write|mkdir|mkdtemp|rename|unlink|rmdir|rm|link|symlink|copyfile|f?truncate|f?sync|f?chmod|f?utime)/;

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
  if (code === 'EADDRINUSE')
    return new GanymedeError('PORT_IN_USE', `${where}: expected a free one, got one that is taken`, {
      kind: 'usage',
      hint: 'Name another port, or stop what listens there.',
      cause: error,
    });
  if (code === 'ENOMEM')
    return new GanymedeError('OUT_OF_MEMORY', `${where}: expected some memory, got none (${code})`, {
      kind: 'failed',
      hint: 'Close other programs, or take a smaller batch.',
      cause: error,
    });
  const reason = readingProblems.get(code);
  if (reason === undefined) return null;
  const [own, kind, problem, hint] = reason;
  return new GanymedeError(own, `${where}: expected a file that can be read, got one that ${problem}`, {
    kind,
    hint,
    cause: error,
  });
}
