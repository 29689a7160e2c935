import { createHash, type Hash } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** What was written: bytes and the SHA-256 of them, in lower-case hex. */
export interface WrittenFile {
  readonly size: number;
  readonly sha256: string;
}

/** What a file is made of, piece by piece. */
export type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * What safe writing needs of a file system, as a port: durability has an order of calls, and a full disk has to be
 * tried in tests without one.
 */
export interface Disk {
  /** Creates or replaces a file and returns once its bytes are on the medium. */
  writeFile(path: string, chunks: Chunks): Promise<WrittenFile>;
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

/** A file that is written from its begin to its end; nothing of it is safe before `finish`. */
export class OpenFile {
  private readonly hash: Hash = createHash('sha256');
  private size = 0;

  private constructor(private readonly handle: FileHandle) {}

  /** Creates or replaces. */
  static async create(path: string): Promise<OpenFile> {
    return new OpenFile(await open(path, 'w'));
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let begin = 0; begin < bytes.byteLength; begin += pieceBytes) {
      const piece = bytes.subarray(begin, begin + pieceBytes);
      this.hash.update(piece);
      let done = 0;
      while (done < piece.byteLength)
        done += (await this.handle.write(piece, done, piece.byteLength - done)).bytesWritten;
      this.size += piece.byteLength;
    }
  }

  /** Returns once the bytes are on the medium. */
  async finish(): Promise<WrittenFile> {
    await this.handle.sync();
    await this.handle.close();
    return { size: this.size, sha256: this.hash.digest('hex') };
  }

  /** Closes a file that is not wanted any more; no error if it is closed. */
  async abandon(): Promise<void> {
    await this.handle.close().catch(() => undefined);
  }
}

/**
 * Makes a folder and its parents, one by one. Node's own recursive mkdir says ENOENT where a file system is read-only, and
 * tries for ever where one has no room for folders at all (`/proc`).
 */
async function makeFolder(path: string): Promise<void> {
  const below: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    const isParentMissing = await makeOne(at);
    if (!isParentMissing) break;
    below.unshift(at);
    // There is nothing above the root that could be missing.
    if (dirname(at) === at) break;
  }
  for (const folder of below) if (await makeOne(folder)) await mkdir(folder);
}

/** @returns whether the folder above it is missing */
async function makeOne(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return true;
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return false;
    throw error;
  }
}

/** The same for what is written without waiting: logs. */
export function makeFolderSync(path: string): void {
  const below: string[] = [];
  for (let at = resolve(path); makeOneSync(at) && dirname(at) !== at; at = dirname(at)) below.unshift(at);
  for (const folder of below) if (makeOneSync(folder)) mkdirSync(folder);
}

function makeOneSync(folder: string): boolean {
  try {
    mkdirSync(folder);
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return true;
    if (code === 'EEXIST' && statSync(folder).isDirectory()) return false;
    throw error;
  }
}

export const nodeDisk: Disk = {
  async writeFile(path, chunks) {
    const file = await OpenFile.create(path);
    try {
      for await (const chunk of chunks) await file.write(chunk);
      return await file.finish();
    } catch (error) {
      await file.abandon();
      throw error;
    }
  },
  makeFolder,
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
    } catch (error) {
      // Some network file systems have no sync for folders.
      if (!['EINVAL', 'ENOTSUP', 'ENOSYS'].includes(String((error as NodeJS.ErrnoException).code)))
        throw error;
    } finally {
      await handle.close();
    }
  },
};
