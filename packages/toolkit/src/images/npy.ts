/** What numpy calls the dtypes that are written here; all little-endian. */
const descriptors = [
  [Uint8Array, '|u1'],
  [Int32Array, '<i4'],
  [Float32Array, '<f4'],
] as const;

export interface NamedArray {
  readonly data: Uint8Array | Int32Array | Float32Array;
  readonly shape: readonly number[];
}

/**
 * The head of a .npy file, version 1.0 (numpy's `numpy.lib.format`): magic, header length, a Python literal, padded
 * with spaces so that the values begin at a multiple of 64 bytes.
 */
export function npyHeader({ data, shape }: NamedArray): Uint8Array {
  const [, descriptor] = descriptors.find(([type]) => data instanceof type)!;
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
