import { zipBytes, ZipReader } from '@ganymede/zip';
import { damaged, notAnArray } from './messages.js';

/** An array of numpy's. */
export interface NumpyArray {
  /** numpy's name of the type, e.g. `|u1`. */
  readonly type: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly bytes: Uint8Array;
}

/** More than the largest sets of samples that fit in memory, bytes. */
const largestBytes = 2 ** 33;

/**
 * The arrays of an .npz (numpy's `savez`: a zip of .npy files), by name.
 * @param wanted - names to read; others are left packed
 * @throws DATASET_DAMAGED, DATASET_UNKNOWN_FORMAT
 */
export async function readNpz(
  path: string,
  content: Uint8Array,
  wanted: readonly string[],
): Promise<ReadonlyMap<string, NumpyArray>> {
  const zip = await ZipReader.open(zipBytes(content), path, {
    problems: { damaged, unsupported: notAnArray },
  });
  const nameOf = (file: string): string => file.replace(/\.npy$/, '');
  const files = [...zip.members.values()].filter(({ name }) => wanted.includes(nameOf(name)));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > largestBytes) throw damaged(path, 'less than 8 GiB of arrays', `${total} bytes`);
  const arrays = new Map<string, NumpyArray>();
  for (const { name } of files) arrays.set(nameOf(name), readNpy(`${path}: ${name}`, await zip.read(name)));
  return arrays;
}

/**
 * An array of a .npy file (numpy's `numpy.lib.format`, versions 1 to 3).
 * @throws DATASET_DAMAGED, DATASET_UNKNOWN_FORMAT for Fortran order and types with more than a letter and a size
 */
export function readNpy(where: string, content: Uint8Array): NumpyArray {
  const view = Buffer.from(content.buffer, content.byteOffset, content.length);
  if (view.length < 12 || view.toString('latin1', 0, 6) !== '\x93NUMPY')
    throw damaged(where, 'a numpy array', 'another file');
  const isFirst = view[6] === 1;
  const start = isFirst ? 10 : 12;
  const end = start + (isFirst ? view.readUInt16LE(8) : view.readUInt32LE(8));
  if (end > view.length) throw damaged(where, `a header of ${end} bytes`, `${view.length} bytes`);
  const header = view.toString('latin1', start, end);
  const type = /'descr':\s*'([<>|=]?[a-zA-Z]\d+)'/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (type === undefined || shape === undefined || !header.includes("'fortran_order': False"))
    throw notAnArray(where, 'a plain array in C order', header.trim().slice(0, 80));
  if (type.startsWith('>')) throw notAnArray(where, 'little-endian values', type);
  const sizes = shape.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  const expected = sizes.reduce((product, size) => product * size, bytesOf(type));
  const bytes = content.subarray(end);
  if (bytes.length !== expected) throw damaged(where, `${expected} bytes of values`, `${bytes.length}`);
  return { type, shape: sizes, bytes };
}

/** Of one value; text of type U has four bytes a character. */
function bytesOf(type: string): number {
  const [, letter, size] = /([a-zA-Z])(\d+)$/.exec(type)!;
  return letter === 'U' ? 4 * Number(size) : Number(size);
}

/** The values of an array of integers. @throws DATASET_UNKNOWN_FORMAT for other types */
export function integersOf(where: string, { type, bytes }: NumpyArray): number[] {
  const match = /^[<|=]?([iu])([1248])$/.exec(type);
  if (!match) throw notAnArray(where, 'integers', type);
  const [isSigned, size] = [match[1] === 'i', Number(match[2])];
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / size }, (_, i) => {
    if (size === 8) return Number(isSigned ? view.readBigInt64LE(8 * i) : view.readBigUInt64LE(8 * i));
    return isSigned ? view.readIntLE(size * i, size) : view.readUIntLE(size * i, size);
  });
}

/** The values of an array of text. @throws DATASET_UNKNOWN_FORMAT for other types */
export function textsOf(where: string, { type, bytes }: NumpyArray): string[] {
  const match = /^[<|=]?U(\d+)$/.exec(type);
  if (!match) throw notAnArray(where, 'text', type);
  const length = Number(match[1]);
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = length === 0 ? 0 : bytes.length / (4 * length);
  return Array.from({ length: count }, (_, i) => {
    const points = Array.from({ length }, (__, at) => view.readUInt32LE(4 * (i * length + at)));
    if (points.some((point) => point > 0x10ffff))
      throw damaged(where, 'text', 'a character that there is not');
    // numpy fills shorter texts up with zeros.
    while (points.at(-1) === 0) points.pop();
    return String.fromCodePoint(...points);
  });
}
