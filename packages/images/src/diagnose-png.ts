import { constants, crc32, inflateSync } from 'node:zlib';

const signatureBytes = 8;
/** Channels of each colour type of the format. */
const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** What is wrong with a PNG, by its chunks, their checksums and the stream of pixels; null where all of that is right. */
export function diagnosePng(bytes: Buffer): string | null {
  const data: Buffer[] = [];
  let rowBytes: number | null = null;
  let height = 0;
  for (let at = signatureBytes; ;) {
    if (at + 8 > bytes.length) return `is cut off: it ends after ${bytes.length} bytes, before its last part`;
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (!/^[A-Za-z]{4}$/.test(type)) return `is damaged at byte ${at}: no part of a PNG begins there`;
    const end = at + 12 + length;
    if (end > bytes.length)
      return `is cut off: ${end - bytes.length} bytes of its part ${type} are missing, and all that follow`;
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== bytes.readUInt32BE(end - 4))
      return `is damaged: the checksum of its part ${type} at byte ${at} is wrong`;
    if (type === 'IHDR' && length === 13) {
      const channels = channelsOf[content[9]!];
      const isPlain = channels !== undefined && content[12] === 0;
      height = content.readUInt32BE(4);
      rowBytes = isPlain ? 1 + Math.ceil((content.readUInt32BE(0) * channels * content[8]!) / 8) : null;
    }
    if (type === 'IDAT') data.push(content);
    if (type === 'IEND') return diagnosePixels(data, rowBytes === null ? null : rowBytes * height);
    at = end;
  }
}

/** @param expected - bytes of the unpacked rows; null where they are interlaced */
function diagnosePixels(data: readonly Buffer[], expected: number | null): string | null {
  if (data.length === 0) return 'is damaged: it has no pixels';
  try {
    // A file of a megabyte may unpack to a thousand: no more is looked at than an image of its size has.
    const maxOutputLength = Math.min(2 ** 30, (expected ?? 2 ** 28) + 1);
    const rows = inflateSync(Buffer.concat(data), { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH });
    if (expected !== null && rows.length < expected)
      return `is damaged: it holds ${rows.length} of the ${expected} bytes that its rows have`;
    return null;
  } catch {
    return 'is damaged: its pixels cannot be unpacked';
  }
}
