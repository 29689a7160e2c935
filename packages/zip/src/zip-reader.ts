import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { signatures, viewOf } from './zip-bytes.js';
import { ZipDirectory, type ZipMember } from './zip-directory.js';
import type { ZipProblems } from './zip-problems.js';
import type { ZipSource } from './zip-source.js';

export interface ZipOptions {
  readonly problems: ZipProblems;
  /** A member that says it is more than this many times its compressed bytes is damaged; no bound if absent. */
  readonly highestRatio?: number;
}

/** Bytes that any member may have. */
const leastLimit = 1 << 20;
const inflate = promisify(inflateRaw);

/**
 * The members of a zip file (APPNOTE.TXT 6.3.10), zip64 included, read one at a time: a training checkpoint has gigabytes,
 * and its members are stored, not compressed. Checksums are compared, since a flipped bit in a weight or a pixel has no
 * other way to show.
 */
export class ZipReader {
  private constructor(
    private readonly source: ZipSource,
    private readonly where: string,
    private readonly options: ZipOptions,
    readonly members: ReadonlyMap<string, ZipMember>,
  ) {}

  /**
   * @param where - the file, for messages
   * @throws `damaged` where the directory at the end is missing or does not hold together
   */
  static async open(source: ZipSource, where: string, options: ZipOptions): Promise<ZipReader> {
    const directory = new ZipDirectory(source, where, options.problems);
    return new ZipReader(source, where, options, await directory.members());
  }

  /** @throws `damaged`, also for a member that is not there; `unsupported` for a compression other than deflate */
  async read(name: string): Promise<Uint8Array> {
    const where = `${this.where}: member ${name}`;
    const { damaged } = this.options.problems;
    const member = this.members.get(name);
    if (!member) throw damaged(where, 'one in the archive', 'none');
    const header = await this.source.read(member.headerOffset, member.headerOffset + 30);
    const view = viewOf(header);
    if (header.byteLength < 30 || view.getUint32(0, true) !== signatures.local)
      throw damaged(where, `a header at byte ${member.headerOffset}`, 'other bytes');
    const begin = member.headerOffset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
    const stored = await this.source.read(begin, begin + member.compressedSize);
    if (stored.byteLength !== member.compressedSize)
      throw damaged(where, `${member.compressedSize} bytes`, `${stored.byteLength} before the file's end`);
    const bytes = await decompress(stored, member, where, this.options);
    const crc = crc32(bytes);
    if (crc !== member.crc) throw damaged(where, `CRC-32 ${hex(member.crc)}`, hex(crc));
    return bytes;
  }
}

async function decompress(
  stored: Uint8Array,
  member: ZipMember,
  where: string,
  { problems, highestRatio = Infinity }: ZipOptions,
): Promise<Uint8Array> {
  const { damaged } = problems;
  if (member.method === 0) {
    if (member.size === member.compressedSize) return stored;
    throw damaged(where, `${member.compressedSize} bytes, as they are stored`, `a size of ${member.size}`);
  }
  if (member.method !== 8)
    throw problems.unsupported(where, 'a stored or deflated member', `compression method ${member.method}`);
  if (member.size > Math.max(leastLimit, member.compressedSize * highestRatio))
    throw damaged(
      where,
      `at most ${highestRatio} times its ${member.compressedSize} compressed bytes`,
      `${member.size}`,
    );
  const bytes = await inflate(stored, { maxOutputLength: member.size + 1 }).catch((error: unknown) => {
    throw damaged(where, 'deflated bytes', String((error as Error).message), error);
  });
  if (bytes.byteLength !== member.size) throw damaged(where, `${member.size} bytes`, `${bytes.byteLength}`);
  return bytes;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
