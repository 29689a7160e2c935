import { crc32 } from 'node:zlib';

export interface ZipContent {
  readonly name: string;
  /** In one piece or in several, one after the other. */
  readonly bytes: Uint8Array | readonly Uint8Array[];
}

/** Values start at multiples of this many bytes, as torch.save has them, so that they can be mapped into memory. */
const alignment = 64;
const max16 = 0xffff;
const max32 = 0xffffffff;

/**
 * A zip file of stored members, in pieces. The same contents give the same bytes: times are zip's first day.
 * @param zip64From - sizes and offsets from which zip64 fields are written
 */
export function* zipChunks(
  contents: Iterable<ZipContent>,
  zip64From = max32,
): Generator<Uint8Array, void, undefined> {
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of contents) {
    const pieces = bytes instanceof Uint8Array ? [bytes] : bytes;
    const length = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const nameBytes = Buffer.from(name);
    const wideSize = length >= zip64From;
    const wideOffset = offset >= zip64From;
    const wide = wideSize ? zip64Field([length, length]) : Buffer.alloc(0);
    const unpadded = offset + 30 + nameBytes.byteLength + wide.byteLength + 4;
    const padding = paddingField((alignment - (unpadded % alignment)) % alignment);
    const size = wideSize ? max32 : length;
    const crc = pieces.reduce((before, piece) => crc32(piece, before), 0);
    // Version to extract 4.5 (zip64), flag 11 (names in UTF-8), method 0 (stored), 1980-01-01 00:00.
    const common = Buffer.alloc(24);
    common.writeUInt16LE(45, 0);
    common.writeUInt16LE(1 << 11, 2);
    common.writeUInt16LE((1 << 5) | 1, 8);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(size, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(nameBytes.byteLength, 22);
    const local = [
      uint32(0x04034b50),
      common,
      uint16(wide.byteLength + padding.byteLength),
      nameBytes,
      wide,
      padding,
    ];

    const wideFields = [...(wideSize ? [length, length] : []), ...(wideOffset ? [offset] : [])];
    const extra = wideFields.length > 0 ? zip64Field(wideFields) : Buffer.alloc(0);
    directory.push(
      Buffer.concat([
        uint32(0x02014b50),
        uint16(45),
        common,
        uint16(extra.byteLength),
        Buffer.alloc(2 + 2 + 2 + 4),
        uint32(wideOffset ? max32 : offset),
        nameBytes,
        extra,
      ]),
    );
    const header = Buffer.concat(local);
    yield header;
    yield* pieces;
    offset += header.byteLength + length;
  }
  const entries = Buffer.concat(directory);
  yield entries;
  yield endRecords(directory.length, entries.byteLength, offset, zip64From);
}

function endRecords(entries: number, length: number, begin: number, zip64From: number): Buffer {
  const wide = entries >= Math.min(max16, zip64From) || begin >= zip64From || length >= zip64From;
  const records: Buffer[] = [];
  if (wide) {
    records.push(
      uint32(0x06064b50),
      uint64(44),
      uint16(45),
      uint16(45),
      Buffer.alloc(8),
      ...[entries, entries, length, begin].map(uint64),
      uint32(0x07064b50),
      Buffer.alloc(4),
      uint64(begin + length),
      uint32(1),
    );
  }
  const count = wide ? max16 : entries;
  records.push(uint32(0x06054b50), Buffer.alloc(4), uint16(count), uint16(count));
  records.push(uint32(wide ? max32 : length), uint32(wide ? max32 : begin), Buffer.alloc(2));
  return Buffer.concat(records);
}

function zip64Field(values: readonly number[]): Buffer {
  return Buffer.concat([uint16(1), uint16(8 * values.length), ...values.map(uint64)]);
}

/** An extra field that readers skip, `FB` as in torch.save; 4 bytes and the padding. */
function paddingField(length: number): Buffer {
  return Buffer.concat([Buffer.from('FB'), uint16(length), Buffer.alloc(length, 'Z')]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
