/** What numpy calls the dtypes that are written here; all little-endian. */
const descriptors = [
  [Uint8Array, '|u1'],
  [Int32Array, '<i4'],
  [Float32Array, '<f4'],
] as const;

export interface NamedArray {
  readonly data: Uint8Array | Int32Array | Float32Array | readonly string[];
  readonly shape: readonly number[];
}

/** Values as they lie in a file, and numpy's name of their type. */
export interface EncodedArray {
  readonly descriptor: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Text becomes numpy's `<U`: all of the length of the longest, four bytes a character, filled up with zeros. */
export function encodeArray({ data, shape }: NamedArray): EncodedArray {
  if (isTexts(data)) {
    const texts = data.map((text) => Array.from(text, (character) => character.codePointAt(0)!));
    const length = Math.max(1, ...texts.map((points) => points.length));
    const values = new Uint32Array(texts.length * length);
    texts.forEach((points, i) => values.set(points, i * length));
    return { descriptor: `<U${length}`, shape, bytes: bytesOf(values) };
  }
  const [, descriptor] = descriptors.find(([type]) => data instanceof type)!;
  return { descriptor, shape, bytes: bytesOf(data) };
}

const isTexts = (data: NamedArray['data']): data is readonly string[] => Array.isArray(data);

const bytesOf = ({
  buffer,
  byteOffset,
  byteLength,
}: Uint8Array | Int32Array | Float32Array | Uint32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/**
 * The head of a .npy file, version 1.0 (numpy's `numpy.lib.format`): magic, header length, a Python literal, padded
 * with spaces so that the values begin at a multiple of 64 bytes.
 */
export function npyHeader({ descriptor, shape }: EncodedArray): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const fixed = 10;
  const length = Math.ceil((fixed + text.length + 1) / 64) * 64 - fixed;
  const header = new Uint8Array(fixed + length).fill(0x20);
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 0xff, length >> 8]); // \x93NUMPY, 1.0, length
  header.set(new TextEncoder().encode(text), fixed);
  header[header.length - 1] = 0x0a;
  return header;
}
