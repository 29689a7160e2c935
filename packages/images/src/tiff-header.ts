/** What the first page of a TIFF says of itself. Absent tags have the values of the specification. */
export interface TiffHeader {
  readonly photometric: number;
  /** Where the farthest strip or tile ends, bytes from the start of the file; null where that is not said. */
  readonly dataEnd: number | null;
}

const sizes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 16: 8 };
const mostTags = 4096;
const mostStrips = 1 << 20;

const tag = {
  photometric: 262,
  stripOffsets: 273,
  stripBytes: 279,
  tileOffsets: 324,
  tileBytes: 325,
} as const;

/**
 * Reads the tags of the first page, of TIFF 6.0 and BigTIFF.
 * @returns null where they lie outside of the file or are none
 */
export function readTiffHeader(bytes: Buffer): TiffHeader | null {
  try {
    return read(bytes);
  } catch {
    // An offset that leads out of the file.
    return null;
  }
}

function read(bytes: Buffer): TiffHeader {
  const isLittle = bytes[0] === 0x49;
  const isBig = (isLittle ? bytes[2] : bytes[3]) === 43;
  const number = (at: number, size: number): number => {
    if (size === 8) return Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
    return isLittle ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size);
  };
  const [offsetBytes, countBytes] = isBig ? [8, 8] : [4, 2];
  const start = number(isBig ? 8 : 4, offsetBytes);
  const count = number(start, countBytes);
  if (count > mostTags) throw new RangeError('tags');
  const entryBytes = isBig ? 20 : 12;
  const values = new Map<number, readonly number[]>();
  for (let i = 0; i < count; i++) {
    const at = start + countBytes + i * entryBytes;
    const size = sizes[number(at + 2, 2)];
    const length = number(at + 4, offsetBytes);
    if (size === undefined || length > mostStrips) continue;
    const inline = at + 4 + offsetBytes;
    const from = size * length <= offsetBytes ? inline : number(inline, offsetBytes);
    values.set(
      number(at, 2),
      Array.from({ length }, (_, k) => number(from + k * size, size)),
    );
  }
  const offsets = values.get(tag.stripOffsets) ?? values.get(tag.tileOffsets) ?? [];
  const lengths = values.get(tag.stripBytes) ?? values.get(tag.tileBytes) ?? [];
  const ends = offsets.map((offset, i) => offset + (lengths[i] ?? 0));
  return {
    photometric: values.get(tag.photometric)?.[0] ?? 1,
    dataEnd: ends.length === 0 ? null : ends.reduce((most, end) => Math.max(most, end), 0),
  };
}
