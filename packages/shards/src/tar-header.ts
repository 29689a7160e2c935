/** Everything in a tar starts at a multiple of this, bytes. */
export const blockBytes = 512;

/** What a tar says of one of its members. */
export interface TarHeader {
  readonly name: string;
  readonly size: number;
  /** One letter: `0` a file, `5` a folder, `x`, `g` and `L` what is said of the next ones; see POSIX.1-2001, pax. */
  readonly type: string;
}

const checksumAt = 148;

/** Of the bytes of a header, its own field counted as spaces. */
function checksumOf(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < blockBytes; i++) if (i < checksumAt || i >= checksumAt + 8) sum += block[i]!;
  return sum;
}

function textAt(block: Buffer, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

/** Octal digits, or, for what is too large for them, the bytes of the number after one of 0x80 (GNU). */
function numberAt(block: Buffer, start: number, length: number): number {
  if ((block[start]! & 0x80) === 0) {
    const text = textAt(block, start, length).trim();
    return text === '' ? 0 : /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
  }
  let value = block[start]! & 0x7f;
  for (let i = start + 1; i < start + length; i++) value = value * 256 + block[i]!;
  return value;
}

/** @returns null for zeros, which end a tar; `damaged` where it is no header */
export function parseTarHeader(block: Buffer): TarHeader | 'damaged' | null {
  if (block.every((byte) => byte === 0)) return null;
  if (numberAt(block, checksumAt, 8) !== checksumOf(block)) return 'damaged';
  const size = numberAt(block, 124, 12);
  if (!Number.isSafeInteger(size)) return 'damaged';
  const prefix = textAt(block, 257, 6) === 'ustar' ? textAt(block, 345, 155) : '';
  const name = textAt(block, 0, 100);
  const type = String.fromCharCode(block[156]!);
  return { name: prefix === '' ? name : `${prefix}/${name}`, size, type: type === '\0' ? '0' : type };
}

/**
 * The header of a file that anybody may read, without times and owners, so that the same files make the same tar.
 * @param name - of ASCII, at most 100 bytes
 * @param size - below 8 GiB
 */
export function tarHeader(name: string, size: number): Buffer {
  const block = Buffer.alloc(blockBytes);
  block.write(name, 0, 100, 'latin1');
  block.write('0000644\0', 100, 'latin1');
  block.write('0000000\0', 108, 'latin1');
  block.write('0000000\0', 116, 'latin1');
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  block.write('00000000000\0', 136, 'latin1');
  block.write('0', 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  block.write(`${checksumOf(block).toString(8).padStart(6, '0')}\0 `, checksumAt, 'latin1');
  return block;
}

/** Bytes that a content takes in a tar, its header not counted. */
export function paddedBytes(size: number): number {
  return Math.ceil(size / blockBytes) * blockBytes;
}
