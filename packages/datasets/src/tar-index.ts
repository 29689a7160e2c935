import { isGanymedeError } from '@ganymede/core';
import { openFile, readBytes } from '@ganymede/files';
import { posix } from 'node:path';
import { tarEntries, type ArchiveEntry } from '@ganymede/shards';
import type { ReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { damaged, tooLargeEntry } from './messages.js';

/** No image has more; an archive of a few bytes may unpack to any size. */
const largestEntryBytes = 2 ** 29;

/** A file in a tar. */
export interface TarEntry {
  /** Forward slashes, without a leading `./`. */
  readonly path: string;
  /** Where its bytes start in the uncompressed archive. */
  readonly offset: number;
  readonly size: number;
  /** Why its content cannot be read, in words that follow its name; null for a file. */
  readonly problem: string | null;
}

export interface TarFile extends TarEntry {
  /** The file's content; to be called before the next entry is asked for, or not at all. */
  read(): Promise<Buffer>;
}

function toEntry({ name, type, offset, size }: ArchiveEntry): TarEntry | null {
  if (type === 'directory') return null;
  return {
    path: posix.normalize(name).replace(/^(\.{0,2}\/)+/, ''),
    offset,
    size,
    problem: problemOf(type),
  };
}

function problemOf(type: ArchiveEntry['type']): string | null {
  if (type === 'file' || type === 'contiguous-file') return null;
  if (type === 'link' || type === 'symlink') return 'is a link, which has no content of its own in a tar';
  return 'is an entry of a tar that is not read: a device, a pipe or a sparse file';
}

/**
 * Whether a plain tar ends with zeros, as all that were written to their end do; where it does not, files may be missing
 * of which nothing else tells.
 */
export async function hasTarEnd(path: string): Promise<boolean> {
  const handle = await openFile(path);
  try {
    const { size } = await handle.stat();
    const end = await readBytes(handle, Math.max(0, size - 512), size);
    return end.every((byte) => byte === 0);
  } finally {
    await handle.close();
  }
}

/** What the readers say, in words of whoever has the file. */
function whatIsWrong(error: unknown, gzip: boolean): string {
  const said = error instanceof Error ? error.message : '';
  if (/unexpected end/i.test(said)) return 'one that is cut off: it ends before its last file does';
  if (/cut off/.test(said)) return 'one that is cut off: it ends before a file of it does';
  if (/checksum|header|format|size/i.test(said)) return 'one that is damaged: a header in it is not one';
  return gzip ? 'one that is damaged: it cannot be unpacked' : 'one that is damaged';
}

async function* unpacked(file: ReadStream): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  // A failure also ends the loop over what is unpacked, which is where it is thrown.
  pipeline(file, gunzip).catch(() => undefined);
  yield* gunzip as AsyncIterable<Buffer>;
}

/** Files and links of an archive from front to back. */
export async function* readTar(path: string, gzip: boolean): AsyncGenerator<TarFile> {
  const handle = await openFile(path);
  const { size: fileBytes } = await handle.stat();
  const file = handle.createReadStream({ highWaterMark: 1 << 20 });
  try {
    for await (const found of tarEntries(gzip ? unpacked(file) : (file as AsyncIterable<Buffer>))) {
      const entry = toEntry(found);
      if (entry === null) continue;
      if (!gzip && entry.offset + entry.size > fileBytes) throw new Error('it is cut off');
      yield {
        ...entry,
        read: async () => {
          if (entry.size > largestEntryBytes) throw tooLargeEntry(path, entry.path, largestEntryBytes);
          return found.read();
        },
      };
    }
  } catch (error) {
    if (isGanymedeError(error)) throw error;
    throw damaged(path, 'a whole tar archive', whatIsWrong(error, gzip), error);
  } finally {
    file.destroy();
  }
}

/** Where every file of an archive lies, in archive order; a path that occurs twice counts with its last content. */
export async function indexTar(path: string, gzip: boolean): Promise<TarEntry[]> {
  const entries = new Map<string, TarEntry>();
  for await (const { path: name, offset, size, problem } of readTar(path, gzip)) {
    entries.delete(name);
    entries.set(name, { path: name, offset, size, problem });
  }
  return [...entries.values()];
}
