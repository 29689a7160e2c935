import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { HashMemory } from './hash-memory.js';
import { isProblem, tryOpenFile, unreadableFile } from './regular-file.js';

/** A file as it was found. */
export interface StatedFile {
  /** Absolute. */
  readonly path: string;
  readonly about: BigIntStats;
}

export interface ContentHashOptions {
  /** Folder of the cache; hashes are remembered in `hashes/` below it. Null: nothing is remembered. */
  readonly cacheFolder: string | null;
  /** What the files belong to, a folder or a file: there is one list of hashes for each. */
  readonly root: string;
  /** The time, milliseconds since 1970. Without it nobody knows which files changed just now, and nothing is remembered. */
  readonly now?: (() => number) | undefined;
  /** The error of a file that cannot be read; CANNOT_READ or FILE_NOT_FOUND by default. */
  readonly unreadable?: (path: string, problem: string) => Error;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * A file that changes twice within a tick of the file system's clock, hashed in between, looks as it did. So hashes of
 * files that changed less than this before are not remembered (as git does with its index), milliseconds.
 */
const settled = 2000;
const atATime = 32;
const chunkBytes = 1 << 20;

/**
 * What tells that a file changed. Whoever puts the time of change (mtime) back cannot put back that of the entry (ctime);
 * a file that takes another's place has another inode.
 */
export function stampOf({ size, mtimeNs, ctimeNs, ino }: BigIntStats): string {
  return [size, mtimeNs, ctimeNs, ino].join(' ');
}

async function hashOpened(handle: FileHandle, size: number): Promise<string> {
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(Math.min(chunkBytes, Math.max(size, 4096)));
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(chunk.subarray(0, bytesRead));
  }
}

/** @returns the hash, and the stamp of what was hashed; null where the file changed while it was read */
async function hashFile(
  path: string,
  unreadable: ContentHashOptions['unreadable'],
): Promise<{ readonly hash: string; readonly stamp: string | null }> {
  const handle = await tryOpenFile(path);
  if (isProblem(handle))
    throw unreadable ? unreadable(path, handle.problem) : unreadableFile(path, handle.problem);
  try {
    const before = await handle.stat({ bigint: true });
    const hash = await hashOpened(handle, Number(before.size));
    const stamp = stampOf(before);
    return { hash, stamp: stampOf(await handle.stat({ bigint: true })) === stamp ? stamp : null };
  } finally {
    await handle.close();
  }
}

/**
 * SHA-256 of the content of each file, in hex: the one way in which the toolkit tells data apart. A file is read again
 * when its size, times or inode moved; else what was found the last time counts.
 * @throws what `unreadable` makes, naming the file
 */
export async function contentHashes(
  files: readonly StatedFile[],
  { cacheFolder, root, now, unreadable, onProgress }: ContentHashOptions,
): Promise<string[]> {
  const started = now?.() ?? Number.NEGATIVE_INFINITY;
  const memory = cacheFolder === null ? null : await HashMemory.open(cacheFolder, root);
  const hashes: string[] = [];
  for (let at = 0; at < files.length; at += atATime) {
    const part = await Promise.all(
      files.slice(at, at + atATime).map(async ({ path, about }) => {
        const stamp = stampOf(about);
        const known = memory?.get(path, stamp);
        if (known !== undefined) return known;
        const found = await hashFile(path, unreadable);
        const changedMs = Number(
          (about.ctimeNs > about.mtimeNs ? about.ctimeNs : about.mtimeNs) / 1_000_000n,
        );
        if (found.stamp === stamp && changedMs < started - settled) memory?.set(path, stamp, found.hash);
        return found.hash;
      }),
    );
    hashes.push(...part);
    onProgress?.(hashes.length, files.length);
  }
  await memory?.save(files.map(({ path }) => path));
  return hashes;
}
