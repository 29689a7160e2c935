import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';

/** What lies in a tar: a file, a folder, a link. */
export interface ArchiveEntry {
  /** As the archive has it. */
  readonly name: string;
  readonly type: Header['type'] | null;
  /** Where its bytes start in the archive. */
  readonly offset: number;
  readonly size: number;
  /** Its bytes; to be called before the next entry is asked for, or not at all. */
  read(): Promise<Buffer>;
}

/**
 * The entries of a tar from front to back, with ustar's, pax's and GNU's names.
 * @param chunks - its bytes; they are read to their end
 * @throws what `chunks` throws, and what tar-stream says of an archive that is damaged or cut off
 */
export async function* tarEntries(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ArchiveEntry> {
  const archive = extract();
  // streamx's Writable is Node's in all that matters here, but not to the type checker.
  const flow = pipeline(chunks, archive as unknown as NodeJS.WritableStream);
  // A failure also ends the loop below, which is where it is thrown.
  flow.catch(() => undefined);
  for await (const body of archive) {
    // tar-stream notes where the body starts; its types do not know.
    const { name, type, size, byteOffset } = body.header as Header & { readonly byteOffset: number };
    yield {
      name,
      type: type ?? null,
      offset: byteOffset,
      size: size ?? 0,
      read: async () => {
        const parts: Buffer[] = [];
        for await (const part of body) parts.push(part as Buffer);
        return Buffer.concat(parts);
      },
    };
    body.resume();
  }
  await flow;
}
