import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { readBytes } from '@ganymede/files';
import { crc32 } from './crc32.js';
import { torchDamaged, torchUnsupported } from './errors.js';

/**
 * The members of a zip file (APPNOTE.TXT 6.3.10), zip64 included, read one at a time from the open file: a training
 * checkpoint has gigabytes, and its members are stored, not compressed. Checksums are compared, since a flipped bit
 * in a weight has no other way to show.
 */
export interface ZipMember {
  readonly name: string;
  /** Bytes, decompressed. */
  readonly size: number;
  readonly compressedSize: number;
  readonly method: number;
  readonly crc: number;
  readonly headerOffset: number;
}

const signatures = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
};
/** Weights hardly compress; a member that says it grows by more than this is made to fill the memory. */
const highestRatio = 100;
const leastLimit = 1 << 20;
const inflate = promisify(inflateRaw);

export class ZipReader {
  private constructor(
    private readonly handle: FileHandle,
    private readonly where: string,
    readonly members: ReadonlyMap<string, ZipMember>,
  ) {}

  /** @throws TORCH_FILE_DAMAGED where the directory at the end is missing or does not hold together */
  static async open(handle: FileHandle, where: string): Promise<ZipReader> {
    const { size: fileBytes } = await handle.stat();
    const { entries, begin, length } = await findDirectory(handle, where, fileBytes);
    const bytes = await readBytes(handle, begin, begin + length);
    return new ZipReader(handle, where, parseDirectory(bytes, entries, where, fileBytes));
  }

  /** @throws TORCH_FILE_DAMAGED, TORCH_UNSUPPORTED for a compression other than deflate */
  async read(name: string): Promise<Uint8Array> {
    const where = `${this.where}: member ${name}`;
    const member = this.members.get(name);
    if (!member) throw torchDamaged(where, 'one in the archive', 'none');
    const header = await readBytes(this.handle, member.headerOffset, member.headerOffset + 30);
    const view = viewOf(header);
    if (header.byteLength < 30 || view.getUint32(0, true) !== signatures.local)
      throw torchDamaged(where, `a header at byte ${member.headerOffset}`, 'other bytes');
    const begin = member.headerOffset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
    const stored = await readBytes(this.handle, begin, begin + member.compressedSize);
    if (stored.byteLength !== member.compressedSize)
      throw torchDamaged(
        where,
        `${member.compressedSize} bytes`,
        `${stored.byteLength} before the file's end`,
      );
    const bytes = await decompress(stored, member, where);
    const crc = crc32(bytes);
    if (crc !== member.crc) throw torchDamaged(where, `CRC-32 ${hex(member.crc)}`, hex(crc));
    return bytes;
  }
}

async function decompress(stored: Uint8Array, member: ZipMember, where: string): Promise<Uint8Array> {
  if (member.method === 0) {
    if (member.size === member.compressedSize) return stored;
    throw torchDamaged(
      where,
      `${member.compressedSize} bytes, as they are stored`,
      `a size of ${member.size}`,
    );
  }
  if (member.method !== 8)
    throw torchUnsupported(where, 'a stored or deflated member', `compression method ${member.method}`);
  if (member.size > Math.max(leastLimit, member.compressedSize * highestRatio))
    throw torchDamaged(
      where,
      `at most ${highestRatio} times its ${member.compressedSize} compressed bytes`,
      `${member.size}`,
    );
  const bytes = await inflate(stored, { maxOutputLength: member.size + 1 }).catch((error: unknown) => {
    throw torchDamaged(where, 'deflated bytes', String((error as Error).message), error);
  });
  if (bytes.byteLength !== member.size)
    throw torchDamaged(where, `${member.size} bytes`, `${bytes.byteLength}`);
  return bytes;
}

interface Directory {
  readonly entries: number;
  readonly begin: number;
  readonly length: number;
}

async function findDirectory(handle: FileHandle, where: string, fileBytes: number): Promise<Directory> {
  // The end record is 22 bytes and a comment of up to 65535.
  const tailBegin = Math.max(0, fileBytes - 22 - 0xffff);
  const tail = await readBytes(handle, tailBegin, fileBytes);
  const view = viewOf(tail);
  let at = tail.byteLength - 22;
  while (at >= 0 && view.getUint32(at, true) !== signatures.end) at--;
  if (at < 0) throw torchDamaged(where, 'a zip directory at the end of the file', 'none (cut short?)');
  const directory = {
    entries: view.getUint16(at + 10, true),
    length: view.getUint32(at + 12, true),
    begin: view.getUint32(at + 16, true),
  };
  const is64 = at >= 20 && view.getUint32(at - 20, true) === signatures.locator64;
  if (!is64) return checkedDirectory(directory, where, fileBytes);
  const end64At = safeNumber(view.getBigUint64(at - 12, true), where);
  const end64 = await readBytes(handle, end64At, end64At + 56);
  if (end64.byteLength < 56 || viewOf(end64).getUint32(0, true) !== signatures.end64)
    throw torchDamaged(where, `a zip64 end record at byte ${end64At}`, 'other bytes');
  const view64 = viewOf(end64);
  return checkedDirectory(
    {
      entries: safeNumber(view64.getBigUint64(32, true), where),
      length: safeNumber(view64.getBigUint64(40, true), where),
      begin: safeNumber(view64.getBigUint64(48, true), where),
    },
    where,
    fileBytes,
  );
}

function checkedDirectory(directory: Directory, where: string, fileBytes: number): Directory {
  if (directory.begin + directory.length <= fileBytes) return directory;
  throw torchDamaged(
    where,
    `a zip directory within ${fileBytes} bytes`,
    `one at bytes ${directory.begin} to ${directory.begin + directory.length}`,
  );
}

function parseDirectory(
  bytes: Uint8Array,
  entries: number,
  where: string,
  fileBytes: number,
): Map<string, ZipMember> {
  const members = new Map<string, ZipMember>();
  const view = viewOf(bytes);
  let at = 0;
  for (let i = 0; i < entries; i++) {
    const fits = at + 46 <= bytes.byteLength && view.getUint32(at, true) === signatures.central;
    const lengths = fits ? [28, 30, 32].map((field) => view.getUint16(at + field, true)) : [];
    const [nameLength = 0, extraLength = 0, commentLength = 0] = lengths;
    const next = at + 46 + nameLength + extraLength + commentLength;
    if (!fits || next > bytes.byteLength)
      throw torchDamaged(where, `${entries} entries in the zip directory`, `${i}, then other bytes`);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const extra = bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const [size, compressedSize, headerOffset] = widen(
      [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)],
      extra,
      where,
    ) as [number, number, number];
    if (headerOffset + compressedSize > fileBytes)
      throw torchDamaged(
        `${where}: member ${name}`,
        `one within ${fileBytes} bytes`,
        `${compressedSize} bytes from byte ${headerOffset}`,
      );
    if (members.has(name)) throw torchDamaged(`${where}: member ${name}`, 'one of its name', 'two');
    const method = view.getUint16(at + 10, true);
    members.set(name, {
      name,
      size,
      compressedSize,
      method,
      crc: view.getUint32(at + 16, true),
      headerOffset,
    });
    at = next;
  }
  return members;
}

/** Fields that are all ones stand for the next 64-bit value of extra field 1. */
function widen(fields: readonly number[], extra: Uint8Array, where: string): number[] {
  if (!fields.includes(0xffffffff)) return [...fields];
  const view = viewOf(extra);
  let at = 0;
  while (at + 4 <= extra.byteLength && view.getUint16(at, true) !== 1) at += 4 + view.getUint16(at + 2, true);
  let value = at + 4;
  return fields.map((field) => {
    if (field !== 0xffffffff) return field;
    if (value + 8 > extra.byteLength) throw torchDamaged(where, 'a zip64 extra field', 'none');
    value += 8;
    return safeNumber(view.getBigUint64(value - 8, true), where);
  });
}

function safeNumber(value: bigint, where: string): number {
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw torchDamaged(where, 'a size or an offset', `${value}`);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
