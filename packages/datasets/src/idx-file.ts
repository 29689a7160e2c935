import { isProblem, tryReadFile } from '@ganymede/files';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { isGzip } from './file-magic.js';
import { damaged, unreadableFile } from './messages.js';

/** EMNIST's largest file has 550 MB; more is not unpacked into memory. */
const largestBytes = 2 ** 31 - 1;

/** An array of unsigned bytes. */
export interface IdxArray {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Uint8Array;
}

/**
 * Reads an IDX file, gzip-compressed or not: two zero bytes, the type, the number of dimensions, each dimension as a
 * big-endian 32-bit integer, then the data. Only unsigned bytes (type 8), which images and labels are.
 */
export async function readIdx(path: string, dimensions: number): Promise<IdxArray> {
  const file = await tryReadFile(path, largestBytes);
  if (isProblem(file)) throw unreadableFile(path, file.problem);
  let bytes: Buffer = file;
  if (isGzip(bytes)) {
    try {
      bytes = await promisify(gunzip)(bytes, { maxOutputLength: largestBytes });
    } catch (error) {
      throw damaged(path, 'a whole gzip file', 'one that is cut off or damaged', error);
    }
  }
  const headerBytes = 4 + 4 * dimensions;
  if (bytes.length < headerBytes)
    throw damaged(path, `a header of ${headerBytes} bytes`, `${bytes.length} bytes`);
  const magic = bytes.readUInt32BE(0);
  const expected = 0x800 + dimensions;
  if (magic !== expected)
    throw damaged(
      path,
      `an IDX file of unsigned bytes with ${dimensions} dimensions (0x${expected.toString(16).padStart(8, '0')})`,
      `0x${magic.toString(16).padStart(8, '0')}`,
    );
  const shape = Array.from({ length: dimensions }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const data = bytes.subarray(headerBytes);
  const size = shape.reduce((product, length) => product * length, 1);
  if (data.length !== size)
    throw damaged(path, `${size} bytes of data for shape [${shape.join(', ')}]`, String(data.length));
  return { shape, data };
}
