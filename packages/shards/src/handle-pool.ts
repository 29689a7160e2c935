import { tryOpenFile, isProblem } from '@ganymede/files';
import type { FileHandle } from 'node:fs/promises';
import { shardUnreadable } from './errors.js';

/** Files that are open at a time: a process may have 1024 by custom, and a data set more shards. */
const mostOpen = 128;

interface Opened {
  readonly handle: Promise<FileHandle>;
  readers: number;
}

/** Reads parts of many files; the ones that were read last stay open. */
export class HandlePool {
  private readonly opened = new Map<string, Opened>();

  /**
   * @returns `length` bytes, fewer at the end of the file
   * @throws SHARD_MISSING where it cannot be opened
   */
  async read(path: string, offset: number, length: number): Promise<Buffer> {
    const file = this.take(path);
    file.readers++;
    try {
      const handle = await file.handle;
      const buffer = Buffer.allocUnsafe(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(buffer, done, length - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return buffer.subarray(0, done);
    } catch (error) {
      this.opened.delete(path);
      throw error;
    } finally {
      file.readers--;
      await this.closeOldest();
    }
  }

  /** Forgets a file that was replaced or removed. */
  async forget(path: string): Promise<void> {
    const file = this.opened.get(path);
    this.opened.delete(path);
    await file?.handle.then(async (handle) => handle.close()).catch(() => undefined);
  }

  async close(): Promise<void> {
    await Promise.all([...this.opened.keys()].map(async (path) => this.forget(path)));
  }

  private take(path: string): Opened {
    const known = this.opened.get(path);
    // The order of a map is that of insertion: the last one read is the last one closed.
    if (known) this.opened.delete(path);
    const file = known ?? { handle: open(path), readers: 0 };
    this.opened.set(path, file);
    return file;
  }

  private async closeOldest(): Promise<void> {
    for (const [path, file] of this.opened) {
      if (this.opened.size <= mostOpen) return;
      if (file.readers === 0) await this.forget(path);
    }
  }
}

async function open(path: string): Promise<FileHandle> {
  const handle = await tryOpenFile(path);
  if (isProblem(handle)) throw shardUnreadable(path, handle.problem);
  return handle;
}
