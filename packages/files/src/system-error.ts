import { GanymedeError } from '@ganymede/core';
import { readingProblems } from './reading-problems.js';
import { writingError } from './writing-errors.js';

const writingCalls =
  /^(write|mkdir|mkdtemp|rename|unlink|rmdir|rm|link|symlink|copyfile|f?truncate|f?sync|f?chmod|f?utime)/;

const noSuchAddress: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL']);

/**
 * An error of the system that nobody has put into words where it came up, in words, naming the path that the system
 * names. Null for any other error.
 */
export function systemError(error: unknown): GanymedeError | null {
  const { code, syscall, path, port, hostname, address } = (error ?? {}) as Readonly<Record<string, unknown>>;
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
  const host = typeof hostname === 'string' ? hostname : typeof address === 'string' ? address : syscall;
  if (noSuchAddress.has(code))
    return new GanymedeError(
      'ADDRESS_UNKNOWN',
      `${host}: expected an address of this machine, got none (${code})`,
      {
        kind: 'usage',
        hint: 'Name another: 127.0.0.1 for this machine alone, 0.0.0.0 for all that reach it.',
        cause: error,
      },
    );
  if (syscall === 'listen' && code === 'EACCES')
    return new GanymedeError(
      'PORT_IN_USE',
      `${where}: expected one that this user may listen on, got none (${code})`,
      {
        kind: 'usage',
        hint: 'Name a port above 1023.',
        cause: error,
      },
    );
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
