import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { isGzip } from './file-magic.js';
import { damaged, unreadable } from './messages.js';

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
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  if (isGzip(bytes)) {
    try {
      bytes = await promisify(gunzip)(bytes);
    } catch (error) {
      throw damaged(path, 'a whole gzip file', error instanceof Error ? error.message : String(error), error);
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
