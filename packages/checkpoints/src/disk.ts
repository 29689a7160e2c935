import { GanymedeError } from '@ganymede/core';
import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What was written: bytes and the SHA-256 of them, in lower-case hex. */
export interface WrittenFile {
  readonly size: number;
  readonly sha256: string;
}

/**
 * What atomic writes need of a file system, as a port: durability has an order of calls, and a full disk has to be
 * tried in tests without one.
 */
export interface Disk {
  /** Creates or replaces a file and returns once its bytes are on the medium. */
  writeFile(path: string, chunks: Iterable<Uint8Array>): Promise<WrittenFile>;
  /** Creates a folder and its parents; no error if it exists. */
  makeFolder(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or a folder with all that is in it; no error if it does not exist. */
  remove(path: string): Promise<void>;
  /** Makes creations, renames and removals in a folder survive a power cut. */
  syncFolder(path: string): Promise<void>;
}

/** Bytes hashed and written at a time: small enough to leave the event loop alive. */
const pieceBytes = 4 * 1024 * 1024;

export const nodeDisk: Disk = {
  async writeFile(path, chunks) {
    const hash = createHash('sha256');
    let size = 0;
    const handle = await open(path, 'w');
    try {
      for (const chunk of chunks) {
        for (let begin = 0; begin < chunk.byteLength; begin += pieceBytes) {
          const piece = chunk.subarray(begin, begin + pieceBytes);
          hash.update(piece);
          let done = 0;
          while (done < piece.byteLength)
            done += (await handle.write(piece, done, piece.byteLength - done)).bytesWritten;
          size += piece.byteLength;
        }
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    return { size, sha256: hash.digest('hex') };
  },
  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },
  rename,
  async remove(path) {
    await rm(path, { recursive: true, force: true });
  },
  async syncFolder(path) {
    // Windows cannot open a folder; there, NTFS journals renames by itself.
    if (process.platform === 'win32') return;
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

/** By the code alone: errors of another realm (a vm context, as in jest) are no instances of this one's Error. */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(String((error as { code?: unknown } | null | undefined)?.code));
}

/** A full disk or an exhausted quota as DISK_FULL; any other error as it is. */
export function asDiskError(error: unknown, what: string): unknown {
  if (!isErrno(error, 'ENOSPC', 'EDQUOT')) return error;
  return new GanymedeError(
    'DISK_FULL',
    `${what}: expected room on the disk, got ${(error as NodeJS.ErrnoException).code}`,
    {
      kind: 'failed',
      hint: 'Free space or keep fewer checkpoints, then resume. What was there before is untouched.',
      cause: error,
    },
  );
}

/** Replaces a file in one step: after a crash, the old or the new content is there, whole. @throws DISK_FULL */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  disk: Disk = nodeDisk,
): Promise<WrittenFile> {
  const temporary = `${path}.writing`;
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  try {
    const written = await disk.writeFile(temporary, [bytes]);
    await disk.rename(temporary, path);
    await disk.syncFolder(dirname(path));
    return written;
  } catch (error) {
    await disk.remove(temporary);
    throw asDiskError(error, path);
  }
}
