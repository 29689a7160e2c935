import { blockBytes, paddedBytes, parseTarHeader } from './tar-header.js';

/** A file of a tar, as it comes. */
export interface TarMember {
  readonly name: string;
  /** Where its bytes start. */
  readonly offset: number;
  readonly size: number;
  /** Its bytes; to be called before the next member is asked for, or not at all. */
  read(): Promise<Buffer>;
}

/** What is wrong with a tar, in words that follow `got one that`. */
export class TarDamage extends Error {
  constructor(
    readonly reason: string,
    /** The member that it was noticed at; null between members. */
    readonly member: string | null,
  ) {
    super(reason);
  }
}

/** What a header may say at most of names and the like; what says more is none. */
const largestExtension = 1 << 20;

/** Bytes of a stream, as many as are asked for at a time. */
class ByteReader {
  private readonly chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  private chunk: Uint8Array = new Uint8Array(0);
  position = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.chunks = chunks[Symbol.asyncIterator]();
  }

  /** @returns at most `count` bytes, fewer only at the end of the stream */
  async read(count: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    await this.take(count, (part) => parts.push(part));
    return parts.length === 1 ? Buffer.from(parts[0]!) : Buffer.concat(parts);
  }

  /** @returns the bytes that were there to skip */
  async skip(count: number): Promise<number> {
    return this.take(count, () => undefined);
  }

  async close(): Promise<void> {
    await this.chunks.return?.();
  }

  private async take(count: number, give: (part: Uint8Array) => void): Promise<number> {
    let taken = 0;
    while (taken < count) {
      if (this.chunk.length === 0) {
        const next = await this.chunks.next();
        if (next.done === true) break;
        this.chunk = next.value;
        continue;
      }
      const part = this.chunk.subarray(0, count - taken);
      give(part);
      taken += part.length;
      this.chunk = this.chunk.subarray(part.length);
    }
    this.position += taken;
    return taken;
  }
}

/** What a pax header says of the next member: lines of `<length> <key>=<value>`. */
function paxFields(content: Buffer): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(content.toString('latin1', at, space));
    if (!(length > 0)) break;
    const [, key, value] = /^([^=]*)=([^]*)\n$/.exec(content.toString('utf8', space + 1, at + length)) ?? [];
    if (key !== undefined && value !== undefined) fields.set(key, value);
    at += length;
  }
  return fields;
}

/**
 * The files of a tar from front to back: ustar, pax and GNU's long names. Folders, links and devices are passed over.
 * @throws TarDamage where it is cut off or a header is none
 */
export async function* tarMembers(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarMember> {
  const reader = new ByteReader(chunks);
  let longName: string | null = null;
  let longSize: number | null = null;
  try {
    for (;;) {
      const at = reader.position;
      const block = await reader.read(blockBytes);
      if (block.length === 0) throw new TarDamage('has no mark of its end: it is cut off', null);
      if (block.length < blockBytes) throw new TarDamage('is cut off within a header', null);
      const header = parseTarHeader(block);
      if (header === null) break;
      if (header === 'damaged') throw new TarDamage(`has no header of a tar at byte ${at}`, null);
      const name: string = longName ?? header.name;
      const size: number = longSize ?? header.size;
      const isExtension = /^[xgL]$/.test(header.type);
      if (isExtension) {
        if (header.size > largestExtension) throw new TarDamage(`has no header of a tar at byte ${at}`, null);
        const content = await reader.read(header.size);
        if (header.type === 'L') longName = content.toString('utf8').replace(/\0.*$/s, '');
        if (header.type === 'x') {
          const fields = paxFields(content);
          longName = fields.get('path') ?? longName;
          longSize = fields.has('size') ? Number(fields.get('size')) : longSize;
        }
      } else {
        longName = null;
        longSize = null;
        if (header.type === '0' || header.type === '7')
          yield {
            name: name.replace(/^(\.?\/)+/, ''),
            offset: reader.position,
            size,
            read: async () => {
              const bytes = await reader.read(size);
              if (bytes.length < size) throw new TarDamage('is cut off', name);
              return bytes;
            },
          };
      }
      const end: number = at + blockBytes + paddedBytes(isExtension ? header.size : size);
      const left = end - reader.position;
      if ((await reader.skip(left)) < left) throw new TarDamage('is cut off', name);
    }
    // What follows the end is read too, so that the whole of a file has passed by.
    await reader.skip(Number.POSITIVE_INFINITY);
  } finally {
    await reader.close();
  }
}
