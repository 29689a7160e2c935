import { badValue } from './errors.js';

/** Element types under StableHLO's names, as PJRT_Buffer_Type numbers them, and the arrays that hold them. */
const known = {
  i1: { code: 1, array: Uint8Array },
  i8: { code: 2, array: Int8Array },
  i16: { code: 3, array: Int16Array },
  i32: { code: 4, array: Int32Array },
  i64: { code: 5, array: BigInt64Array },
  ui8: { code: 6, array: Uint8Array },
  ui16: { code: 7, array: Uint16Array },
  ui32: { code: 8, array: Uint32Array },
  ui64: { code: 9, array: BigUint64Array },
  f16: { code: 10, array: Uint16Array },
  f32: { code: 11, array: Float32Array },
  f64: { code: 12, array: Float64Array },
  bf16: { code: 13, array: Uint16Array },
} as const;

export type ElementType = keyof typeof known;
/** Values on the host in row-major order; truth values are 0 and 1, `f16` and `bf16` are bits. */
export type HostArray =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

export interface TensorType {
  readonly elementType: ElementType;
  readonly shape: readonly number[];
}

export const elementTypes = Object.keys(known) as readonly ElementType[];

export const typeCode = (type: ElementType): number => known[type].code;

/** @throws BAD_VALUE if it is none of ours */
export function typeOfCode(code: number): ElementType {
  const found = elementTypes.find((type) => known[type].code === code);
  if (!found) throw badValue('element type', `one of ${elementTypes.join(', ')}`, `PJRT's number ${code}`);
  return found;
}

/** An array of that many elements, all zero. */
export const newHostArray = (type: ElementType, count: number): HostArray => new known[type].array(count);

/** The type that an array has by itself: `Uint8Array` is `ui8`, `Uint16Array` `ui16`. */
export function typeOfArray(array: HostArray): ElementType {
  const found = elementTypes.find(
    (type) => type !== 'i1' && type !== 'f16' && array instanceof known[type].array,
  );
  if (!found) throw badValue('host array', 'a typed array', Object.prototype.toString.call(array));
  return found;
}

/** Whether values of that type are held in such an array. */
export const holds = (array: HostArray, type: ElementType): boolean => array instanceof known[type].array;

export const elementCount = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

/** `tensor<2x3xf32>` */
export const typeText = ({ elementType, shape }: TensorType): string =>
  `tensor<${[...shape, elementType].join('x')}>`;

export const sameType = (a: TensorType, b: TensorType): boolean =>
  a.elementType === b.elementType &&
  a.shape.length === b.shape.length &&
  a.shape.every((size, i) => size === b.shape[i]);

/** Bits of float32 numbers in bfloat16, rounded to nearest, ties to even. */
export function toBfloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (one, i) =>
    Number.isNaN(values[i]) ? 0x7fc0 : (one + 0x7fff + ((one >>> 16) & 1)) >>> 16,
  );
}

export function fromBfloat16(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (one) => one * 65536).buffer);
}
