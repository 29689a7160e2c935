import { blockBytes, paddedBytes } from './tar-header.js';
import { tarEntries } from './tar-entries.js';

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

/**
 * The files of a tar from front to back: ustar, pax and GNU's long names. Folders, links and devices are passed over.
 * @throws TarDamage where it is cut off or a header is none
 */
export async function* tarMembers(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarMember> {
  let tail = Buffer.alloc(0);
  const watched = (async function* () {
    for await (const chunk of chunks) {
      tail = Buffer.concat([tail, chunk.subarray(-blockBytes)]).subarray(-blockBytes);
      yield chunk;
    }
  })();
  let last: string | null = null;
  let next = 0;
  /** tar-stream's words of what is wrong, as a damage. */
  const told = (error: unknown): unknown => {
    const said = error instanceof Error ? error.message : '';
    if (/unexpected end/i.test(said)) return new TarDamage('is cut off', last);
    if (/tar header/i.test(said)) return new TarDamage(`has no header of a tar at byte ${next}`, null);
    return error;
  };
  try {
    for await (const entry of tarEntries(watched)) {
      const { type, offset, size } = entry;
      last = cleaned(entry.name);
      next = offset + paddedBytes(size);
      if (type !== 'file' && type !== 'contiguous-file') continue;
      yield {
        ...{ name: last, offset, size },
        read: () =>
          entry.read().catch((error: unknown) => {
            throw told(error);
          }),
      };
    }
  } catch (error) {
    throw told(error);
  }
  if (tail.length < blockBytes || tail.some((byte) => byte !== 0))
    throw new TarDamage('has no mark of its end: it is cut off', null);
}

/** Without what says nothing: `./` and `/` in front. */
export const cleaned = (name: string): string => name.replace(/^(\.?\/)+/, '');
