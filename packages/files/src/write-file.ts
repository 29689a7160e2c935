import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { nodeDisk, OpenFile, type Chunks, type Disk, type WrittenFile } from './disk.js';
import { removeLeftovers, temporaryPath } from './leftovers.js';
import { thisProcess } from './process-identity.js';
import { cannotWrite, isErrno, namingPath, writingError } from './writing-errors.js';

export interface WritingOptions {
  readonly disk?: Disk;
  /** Whether the folder is looked through for what killed processes left; not for each of thousands of files. */
  readonly tidy?: boolean;
}

/**
 * Writes a file so that it is there whole or not at all, whatever happens meanwhile: under a temporary name in the same
 * folder, flushed, renamed, and the folder flushed. Folders on the way are made; a link is followed; what was there
 * before stays until the new content is whole. Everything that is not appended to is written by this.
 * @throws DISK_FULL, CANNOT_WRITE naming the path, after which no temporary is left
 */
export async function writeFileSafely(
  path: string,
  content: string | Uint8Array | Chunks,
  { disk = nodeDisk, tidy = true }: WritingOptions = {},
): Promise<WrittenFile> {
  return namingPath(path, async () => {
    const target = await targetOf(path);
    const folder = dirname(target);
    await disk.makeFolder(folder);
    if (tidy) await removeLeftovers(folder, disk);
    const temporary = temporaryPath(folder, thisProcess());
    try {
      const written = await disk.writeFile(temporary, chunksOf(content));
      await disk.rename(temporary, target);
      await disk.syncFolder(folder);
      return written;
    } catch (error) {
      await disk.remove(temporary).catch(() => undefined);
      throw error;
    }
  });
}

function chunksOf(content: string | Uint8Array | Chunks): Chunks {
  if (typeof content === 'string') return [new TextEncoder().encode(content)];
  return ArrayBuffer.isView(content) ? [content] : content;
}

/**
 * Where a path leads, since a rename would replace a link and not what it points to.
 * @throws CANNOT_WRITE for a folder, a device, a pipe: a rename would replace those, too
 */
async function targetOf(path: string): Promise<string> {
  try {
    const real = await realpath(path);
    const about = await stat(real);
    if (about.isFile()) return real;
    throw cannotWrite(
      path,
      about.isDirectory() ? 'a folder of that name' : 'a device, a pipe or a socket',
      'Choose the path of a file.',
    );
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
    return path;
  }
}

/**
 * Proves before long work that its result can be written to a path: what is known by then must not be lost. Folders on
 * the way are made.
 * @throws CANNOT_WRITE, DISK_FULL as `writeFileSafely` would
 */
export async function expectWritable(path: string): Promise<void> {
  await namingPath(path, async () => {
    const file = await SafeFile.create(dirname(await targetOf(path)));
    await file.abandon();
  });
}

/** A file whose content comes bit by bit and whose name may depend on it: nothing is there under it before `commit`. */
export class SafeFile {
  private constructor(
    private readonly folder: string,
    private readonly temporary: string,
    private readonly file: OpenFile,
  ) {}

  /** @param folder - made if it is not there; the file's own, or one on the same file system */
  static async create(folder: string): Promise<SafeFile> {
    return namingPath(folder, async () => {
      await nodeDisk.makeFolder(folder);
      await removeLeftovers(folder);
      const temporary = temporaryPath(folder, thisProcess());
      return new SafeFile(folder, temporary, await OpenFile.create(temporary));
    });
  }

  /** @throws DISK_FULL, CANNOT_WRITE; then nothing is left */
  async write(bytes: Uint8Array): Promise<void> {
    await this.orAbandon(this.folder, () => this.file.write(bytes));
  }

  /** Ends the content. @returns size and checksum, which may name it */
  async finish(): Promise<WrittenFile> {
    return this.orAbandon(this.folder, () => this.file.finish());
  }

  /** Gives the finished file its name. */
  async commit(path: string): Promise<void> {
    await this.orAbandon(path, async () => {
      await nodeDisk.makeFolder(dirname(path));
      await nodeDisk.rename(this.temporary, path);
      await nodeDisk.syncFolder(dirname(path));
    });
  }

  /** Leaves nothing behind; no error where that is so. */
  async abandon(): Promise<void> {
    await this.file.abandon();
    await nodeDisk.remove(this.temporary).catch(() => undefined);
  }

  private async orAbandon<T>(path: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      await this.abandon();
      throw writingError(error, path);
    }
  }
}
