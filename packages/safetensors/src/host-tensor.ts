import { GanymedeError } from '@ganymede/core';

/** The typed array that holds each dtype on the host. Names of dtypes are safetensors'. */
export interface HostArrays {
  F64: Float64Array;
  F32: Float32Array;
  I64: BigInt64Array;
  I32: Int32Array;
  I16: Int16Array;
  I8: Int8Array;
  U8: Uint8Array;
  /** One byte each, 0 or 1. */
  BOOL: Uint8Array;
}

export type HostDtype = keyof HostArrays;

/** A tensor outside of any engine: row-major values and their shape ([] for a scalar). */
export type HostTensor = {
  [D in HostDtype]: {
    readonly dtype: D;
    readonly shape: readonly number[];
    readonly data: HostArrays[D];
  };
}[HostDtype];

export type HostTensors = Readonly<Record<string, HostTensor>>;

type HostArrayConstructor = new (
  buffer: ArrayBuffer,
  byteOffset?: number,
  length?: number,
) => HostTensor['data'];

const arrays: Readonly<Record<HostDtype, HostArrayConstructor & { readonly BYTES_PER_ELEMENT: number }>> = {
  F64: Float64Array,
  F32: Float32Array,
  I64: BigInt64Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
};

export function isHostDtype(dtype: string): dtype is HostDtype {
  return Object.hasOwn(arrays, dtype);
}

export function bytesPerElement(dtype: HostDtype): number {
  return arrays[dtype].BYTES_PER_ELEMENT;
}

/** Number of values of a shape; NaN where a size is not a non-negative integer or the product is unsafe. */
export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) return NaN;
    count *= size;
  }
  return Number.isSafeInteger(count) ? count : NaN;
}

/** A tensor over a copy of little-endian bytes; the copy makes the values aligned and independent of the file. */
export function hostTensorFromBytes(
  dtype: HostDtype,
  shape: readonly number[],
  bytes: Uint8Array,
): HostTensor {
  const copy = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(copy).set(bytes);
  return { dtype, shape: [...shape], data: new arrays[dtype](copy) } as HostTensor;
}

/** The values as little-endian bytes: a view, nothing is copied. */
export function bytesOf(tensor: HostTensor): Uint8Array {
  const { buffer, byteOffset, byteLength } = tensor.data;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * Checks that dtype, array type, shape and length agree.
 * @throws BAD_TENSOR naming the tensor
 */
export function assertHostTensor(name: string, tensor: HostTensor): void {
  const fail = (expected: string, got: string): never => {
    throw new GanymedeError('BAD_TENSOR', `tensor ${name}: expected ${expected}, got ${got}`, {
      kind: 'failed',
    });
  };
  if (!isHostDtype(tensor.dtype)) fail(`a dtype of ${Object.keys(arrays).join(', ')}`, String(tensor.dtype));
  if (!(tensor.data instanceof arrays[tensor.dtype])) {
    fail(
      `a ${arrays[tensor.dtype].name} for dtype ${tensor.dtype}`,
      (tensor.data as object | undefined)?.constructor?.name ?? String(tensor.data),
    );
  }
  const count = elementCount(tensor.shape);
  if (count !== tensor.data.length) {
    fail(
      Number.isNaN(count)
        ? 'a shape of non-negative integers'
        : `${count} values for shape [${tensor.shape.join(', ')}]`,
      Number.isNaN(count) ? `[${tensor.shape.join(', ')}]` : String(tensor.data.length),
    );
  }
}
