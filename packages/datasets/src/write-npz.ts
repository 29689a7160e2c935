import { GanymedeError } from '@ganymede/core';
import { writeFileSafely } from '@ganymede/files';
import { zipChunks } from '@ganymede/zip';
import { encodeArray, npyHeader, type NamedArray } from './numpy-header.js';

const pieceBytes = 16 * 2 ** 20;

/**
 * Writes arrays as numpy's `savez` does: a zip of .npy files, stored, which `numpy.load(path)['images']` reads. The same arrays give
 * the same bytes.
 * @throws BAD_ARRAY where an array's shape is not its length, DISK_FULL, CANNOT_WRITE
 */
export async function writeNpz(path: string, arrays: Readonly<Record<string, NamedArray>>): Promise<void> {
  const contents = Object.entries(arrays).map(([name, array]) => {
    const { data, shape } = array;
    const count = shape.reduce((product, size) => product * size, 1);
    if (count !== data.length) throw arrayDoesNotFit(name, shape, count, data.length);
    const encoded = encodeArray(array);
    return { name: `${name}.npy`, bytes: [npyHeader(encoded), ...piecesOf(encoded.bytes)] };
  });
  await writeFileSafely(path, zipChunks(contents));
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += pieceBytes)
    yield bytes.subarray(start, start + pieceBytes);
}

const arrayDoesNotFit = (
  name: string,
  shape: readonly number[],
  expected: number,
  got: number,
): GanymedeError =>
  new GanymedeError(
    'BAD_ARRAY',
    `npz array ${name}: expected ${expected} values for [${shape.join(', ')}], got ${got}`,
    { kind: 'failed' },
  );
