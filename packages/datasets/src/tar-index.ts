import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { damaged } from './messages.js';

/** A file in a tar. */
export interface TarEntry {
  /** Forward slashes, without a leading `./`. */
  readonly path: string;
  /** Where its bytes start in the uncompressed archive. */
  readonly offset: number;
  readonly size: number;
  /** A hard or symbolic link has no bytes of its own. */
  readonly isLink: boolean;
}

export interface TarFile extends TarEntry {
  /** The file's content; to be called before the next entry is asked for, or not at all. */
  read(): Promise<Buffer>;
}

function toEntry(header: Header): TarEntry | null {
  const isLink = header.type === 'link' || header.type === 'symlink';
  if (!isLink && header.type !== 'file' && header.type !== 'contiguous-file') return null;
  // tar-stream notes where the body starts; its types do not know.
  const { byteOffset } = header as Header & { readonly byteOffset: number };
  return {
    path: header.name.replace(/^(\.?\/)+/, ''),
    offset: byteOffset,
    size: header.size ?? 0,
    isLink,
  };
}

/** Files and links of an archive from front to back. */
export async function* readTar(path: string, gzip: boolean): AsyncGenerator<TarFile> {
  const archive = extract();
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  // streamx's Writable is Node's in all that matters here, but not to the type checker.
  const sink = archive as unknown as NodeJS.WritableStream;
  const flow = gzip ? pipeline(file, createGunzip({ chunkSize: 1 << 18 }), sink) : pipeline(file, sink);
  // A failure also ends the loop below, which is where it is thrown.
  flow.catch(() => undefined);
  try {
    for await (const body of archive) {
      const entry = toEntry(body.header);
      if (entry !== null) {
        yield {
          ...entry,
          read: async () => {
            const chunks: Buffer[] = [];
            for await (const chunk of body) chunks.push(chunk as Buffer);
            return Buffer.concat(chunks);
          },
        };
      }
      body.resume();
    }
    await flow;
  } catch (error) {
    throw damaged(path, 'a whole tar archive', error instanceof Error ? error.message : String(error), error);
  } finally {
    file.destroy();
  }
}

/** Where every file of an archive lies, in archive order; a path that occurs twice counts with its last content. */
export async function indexTar(path: string, gzip: boolean): Promise<TarEntry[]> {
  const entries = new Map<string, TarEntry>();
  for await (const { path: name, offset, size, isLink } of readTar(path, gzip)) {
    entries.delete(name);
    entries.set(name, { path: name, offset, size, isLink });
  }
  return [...entries.values()];
}
