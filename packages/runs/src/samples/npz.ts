import { writeFileSafely } from '@ganymede/files';
import { Zip, ZipPassThrough } from 'fflate';
import { arraysTooLarge } from '../errors.js';
import { imagesDoNotFit } from '@ganymede/figures';
import { encodeArray, npyHeader, type EncodedArray, type NamedArray } from './npy.js';

const pieceBytes = 16 * 2 ** 20;
/** Zip64, which files of 4 GiB and more need, is not written. */
const limitBytes = 0xf000_0000;

/**
 * Writes arrays as numpy's `savez` does: a zip of .npy files, stored, which `numpy.load(path)['images']` reads.
 * @throws BAD_IMAGES where an array's shape is not its length, FILE_TOO_LARGE, DISK_FULL, CANNOT_WRITE
 */
export async function writeNpz(path: string, arrays: Readonly<Record<string, NamedArray>>): Promise<void> {
  const entries = Object.entries(arrays);
  for (const [name, { data, shape }] of entries) {
    const count = shape.reduce((product, size) => product * size, 1);
    if (count !== data.length)
      throw imagesDoNotFit(
        `npz array ${name}`,
        `${count} values for [${shape.join(', ')}]`,
        `${data.length}`,
      );
  }
  const encoded = entries.map(([name, array]) => [name, encodeArray(array)] as const);
  const total = encoded.reduce((sum, [, { bytes }]) => sum + bytes.length, 0);
  if (total > limitBytes) throw arraysTooLarge(path, total);

  await writeFileSafely(path, zipPieces(encoded));
}

/** The zip, bit by bit: all of it would be in memory twice. */
function* zipPieces(arrays: readonly (readonly [string, EncodedArray])[]): Generator<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, piece) => {
    failure ??= error;
    pieces.push(piece);
  });
  const made = (): readonly Uint8Array[] => {
    if (failure !== null) throw failure;
    return pieces.splice(0);
  };
  for (const [name, array] of arrays) {
    const entry = new ZipPassThrough(`${name}.npy`);
    // The format knows no years before 1980; a fixed time makes equal arrays equal files.
    entry.mtime = new Date('1980-01-01T00:00:00');
    zip.add(entry);
    entry.push(npyHeader(array));
    const { bytes } = array;
    for (let start = 0; start < bytes.length; start += pieceBytes) {
      entry.push(bytes.subarray(start, start + pieceBytes));
      yield* made();
    }
    entry.push(new Uint8Array(0), true);
  }
  zip.end();
  yield* made();
}
