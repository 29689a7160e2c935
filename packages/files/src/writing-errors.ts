import { GanymedeError, isGanymedeError } from '@ganymede/core';

/** By the code alone: errors of another realm (a vm context, as in jest) are no instances of this one's Error. */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(String((error as { code?: unknown } | null | undefined)?.code));
}

const inTheWay = 'Choose another path, or move away what is in the way.';
const permissions = 'Check the permissions of the folder, or choose another path.';
const device = 'The disk or the network file system reports trouble of its own; choose another path.';

/** What the codes of a file system mean to whoever wanted something written, and what helps. */
const reasons: Readonly<Record<string, readonly [got: string, hint: string]>> = {
  EACCES: ['no permission to write there', permissions],
  EPERM: ['no permission to write there', permissions],
  EROFS: ['a file system that is read-only', 'Choose a path on another one.'],
  ENOTDIR: ['a file where one of its folders should be', inTheWay],
  EISDIR: ['a folder of that name', inTheWay],
  EEXIST: ['something of that name', inTheWay],
  ENOTEMPTY: ['a folder of that name that is not empty', inTheWay],
  ENOENT: ['a folder that is not there, or was removed meanwhile', 'Check the path.'],
  ENAMETOOLONG: ['a name that is too long for the file system', 'Choose a shorter name.'],
  ELOOP: ['links that lead in a circle', inTheWay],
  EBUSY: ['a file or folder that is in use', 'Close what uses it, or choose another path.'],
  ETXTBSY: ['a file that is in use', 'Close what uses it, or choose another path.'],
  EINVAL: ['a name that the file system does not take', 'Choose another name.'],
  EILSEQ: ['a name that the file system does not take', 'Choose another name.'],
  EMFILE: ['too many open files', 'Raise the limit of open files (ulimit -n).'],
  ENFILE: ['too many open files on this machine', 'Close other programs.'],
  EIO: ['an error of the disk', device],
  ENXIO: ['an error of the device', device],
  ENODEV: ['an error of the device', device],
  ESTALE: ['a network file system that has lost the file', device],
  ETIMEDOUT: ['a network file system that does not answer', device],
  EFBIG: [
    'a file that is larger than allowed',
    'Raise the limit (ulimit -f), or write to another file system.',
  ],
};

/**
 * What went wrong while something was written, as an error that names it: DISK_FULL for a full disk or an exhausted
 * quota, CANNOT_WRITE for the other errors of a file system. Any other error comes back as it is.
 */
export function writingError(error: unknown, path: string): unknown {
  const code = String((error as { code?: unknown } | null | undefined)?.code);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new GanymedeError(
      'DISK_FULL',
      `${path}: expected room on the disk, got ${code === 'EDQUOT' ? 'an exhausted quota' : 'a full one'} (${code})`,
      {
        kind: 'failed',
        hint: 'Free space, or write to another disk. What was there before is untouched.',
        cause: error,
      },
    );
  const reason = Object.hasOwn(reasons, code) ? reasons[code] : undefined;
  if (reason === undefined) return error;
  return cannotWrite(path, `${reason[0]} (${code})`, reason[1], error);
}

export function cannotWrite(path: string, got: string, hint: string, cause?: unknown): GanymedeError {
  return new GanymedeError('CANNOT_WRITE', `${path}: expected a place to write to, got ${got}`, {
    kind: 'failed',
    hint,
    ...(cause !== undefined && { cause }),
  });
}

/** Whether a place could not be written to, or had no room: what a cache may pass over and a result may not. */
export function isWritingProblem(error: unknown): error is GanymedeError {
  return isGanymedeError(error) && (error.code === 'DISK_FULL' || error.code === 'CANNOT_WRITE');
}

/** @throws what `write` throws, as {@link writingError} puts it */
export async function namingPath<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw writingError(error, path);
  }
}
