import { constants, type Stats, type BigIntStats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { GanymedeError } from '@ganymede/core';
import { readingProblems } from './reading-problems.js';

/** Files of users that are held in memory at once: more than any image, config or list has, less than what fills it. */
const largestBytes = 2 ** 30;

/** A file that cannot be read, with the reason in words of whoever has it: `is a named pipe, not a file`. */
export interface FileProblem {
  readonly problem: string;
}

export function isProblem<T>(found: T | FileProblem): found is FileProblem {
  return typeof found === 'object' && found !== null && 'problem' in found;
}

/** What hinders reading something as a file; null for a file. */
export function notAFile(about: Stats | BigIntStats): string | null {
  if (about.isFile()) return null;
  if (about.isDirectory()) return 'is a folder, not a file';
  if (about.isFIFO()) return 'is a named pipe, not a file';
  if (about.isSocket()) return 'is a socket, not a file';
  return 'is a device, not a file';
}

/** What the file system says, in words of the user. */
export function wordsOfFileError(error: unknown): string {
  // Errors of the file system are of another realm where code runs in a sandbox, as tests do.
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  return (
    (typeof code === 'string' && readingProblems.get(code)?.[2]) ||
    `cannot be read: ${String(message ?? error)}`
  );
}

/**
 * Opens a file for reading, links followed, and nothing but a file: a named pipe would wait for a writer for ever, and a
 * device never ends. The kind is looked at after opening, so that nothing can be put in the file's place meanwhile.
 */
export async function tryOpenFile(path: string): Promise<FileHandle | FileProblem> {
  try {
    // Without O_NONBLOCK the opening itself waits where somebody made a pipe of the name.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const problem = notAFile(await handle.stat());
    if (problem === null) return handle;
    await handle.close();
    return { problem };
  } catch (error) {
    return { problem: wordsOfFileError(error) };
  }
}

/** A whole file, like `tryOpenFile`. */
export async function tryReadFile(
  path: string,
  limitBytes = largestBytes,
): Promise<Buffer<ArrayBuffer> | FileProblem> {
  const handle = await tryOpenFile(path);
  if (isProblem(handle)) return handle;
  try {
    const { size } = await handle.stat();
    if (size > limitBytes)
      return { problem: `has ${(size / 2 ** 20).toFixed(0)} MiB, more than ${limitBytes / 2 ** 20} MiB` };
    return (await handle.readFile()) as Buffer<ArrayBuffer>;
  } catch (error) {
    return { problem: wordsOfFileError(error) };
  } finally {
    await handle.close();
  }
}

/** @throws FILE_NOT_FOUND; CANNOT_READ where it may not be read, or is no file; TOO_MANY_FILES */
export async function openFile(path: string): Promise<FileHandle> {
  const handle = await tryOpenFile(path);
  if (isProblem(handle)) throw unreadableFile(path, handle.problem);
  return handle;
}

/** @throws as `openFile`, and CANNOT_READ for files that are too large to be held in memory */
export async function readWholeFile(path: string, limitBytes?: number): Promise<Buffer<ArrayBuffer>> {
  const bytes = await tryReadFile(path, limitBytes);
  if (isProblem(bytes)) throw unreadableFile(path, bytes.problem);
  return bytes;
}

/** @param problem - as `tryOpenFile` and the like say it */
export function unreadableFile(path: string, problem: string): GanymedeError {
  const known = [...readingProblems.values()].find(([, , words]) => words === problem);
  const message = `${path}: expected a file that can be read, got one that ${problem}`;
  if (known === undefined)
    return new GanymedeError('CANNOT_READ', message, {
      kind: 'data',
      hint: 'Give the path of a file that may be read.',
    });
  const [code, kind, , hint] = known;
  return new GanymedeError(code, message, { kind, hint });
}
