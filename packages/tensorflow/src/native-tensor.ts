import type { CApi, Pointer } from './c-api.js';
import {
  dataTypeName,
  dataTypeWidth,
  TF_BOOL,
  TF_COMPLEX64,
  TF_FLOAT,
  TF_INT32,
  TF_INT64,
  TF_STRING,
} from './data-types.js';
import { TensorFlowError } from './errors.js';

export type HostValues = Float32Array | Int32Array | Uint8Array | BigInt64Array | Uint8Array[];
type TypedArray = Exclude<HostValues, Uint8Array[]>;

/** sizeof(TF_TString). */
const stringWidth = 24n;

function elements(shape: readonly number[]): number {
  let count = 1;
  for (const dim of shape) count *= dim;
  return count;
}

/** Dimensions as the C API takes them. */
export function dimensions(shape: readonly number[]): BigInt64Array {
  const dims = new BigInt64Array(shape.length);
  for (let i = 0; i < shape.length; i++) dims[i] = BigInt(shape[i]!);
  return dims;
}

/** Host values as TensorFlow stores them; the values themselves where they already are so. */
function asStored(values: ArrayLike<number> | TypedArray, type: number, count: number): ArrayBufferView {
  switch (type) {
    case TF_FLOAT:
    case TF_COMPLEX64:
      return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
    case TF_INT32:
      return values instanceof Int32Array ? values : Int32Array.from(values as ArrayLike<number>);
    case TF_BOOL:
      // TensorFlow wants bytes of 0 and 1, tfjs takes any number for true.
      return values instanceof Uint8Array
        ? values
        : Uint8Array.from(values as ArrayLike<number>, (value) => (value ? 1 : 0));
    case TF_INT64:
      // tfjs-node hands an int64 over as two int32 words, low first; one number an element is taken as well.
      return values instanceof BigInt64Array || values.length === 2 * count
        ? (values as ArrayBufferView & typeof values)
        : BigInt64Array.from(values as ArrayLike<number>, (value) => BigInt(Math.trunc(value)));
    default:
      return values instanceof Uint8Array ? values : Uint8Array.from(values as ArrayLike<number>);
  }
}

/**
 * Copies host values into a new TF_Tensor, which the caller deletes.
 * @throws BAD_DATA_TYPE for a type without a fixed width, BAD_TENSOR_SIZE if values and shape differ in size
 */
export function toNative(
  api: CApi,
  shape: readonly number[],
  type: number,
  values: ArrayLike<number> | TypedArray,
): Pointer {
  const width = dataTypeWidth(type);
  if (width === undefined) {
    throw new TensorFlowError(
      'BAD_DATA_TYPE',
      `createTensor: expected a type with a fixed width, got ${dataTypeName(type)}`,
      { kind: 'failed' },
    );
  }
  const count = elements(shape);
  const stored = asStored(values, type, count);
  if (stored.byteLength !== count * width) {
    throw new TensorFlowError(
      'BAD_TENSOR_SIZE',
      `createTensor: expected ${count * width} bytes for ${dataTypeName(type)} [${shape.join(', ')}], got ${stored.byteLength}`,
      { kind: 'failed' },
    );
  }
  const tensor = api.allocateTensor(type, dimensions(shape), shape.length, stored.byteLength);
  if (stored.byteLength > 0) api.copy(api.tensorData(tensor), stored, stored.byteLength);
  return tensor;
}

/** Copies strings into a new TF_Tensor; its strings must be freed with `freeStrings` before it is deleted. */
export function stringsToNative(
  api: CApi,
  shape: readonly number[],
  values: readonly (Uint8Array | string)[],
): Pointer {
  const tensor = api.allocateTensor(
    TF_STRING,
    dimensions(shape),
    shape.length,
    values.length * Number(stringWidth),
  );
  stringSlots(api, tensor, values.length).forEach((slot, i) => {
    const bytes = Buffer.from(values[i]!);
    api.stringInit(slot);
    api.stringCopy(slot, bytes, bytes.length);
  });
  return tensor;
}

/** Frees what the strings of a tensor allocated; TF_DeleteTensor frees the array of them only. */
export function freeStrings(api: CApi, tensor: Pointer, count: number): void {
  for (const slot of stringSlots(api, tensor, count)) api.stringDealloc(slot);
}

function stringSlots(api: CApi, tensor: Pointer, count: number): bigint[] {
  const base = api.tensorData(tensor);
  return base === null ? [] : Array.from({ length: count }, (_, i) => base + BigInt(i) * stringWidth);
}

/** Copies a TF_Tensor's values out; the tensor stays the caller's. */
export function fromNative(api: CApi, tensor: Pointer, type: number): HostValues {
  if (type === TF_STRING) {
    return stringSlots(api, tensor, Number(api.tensorElementCount(tensor))).map((slot) => {
      const bytes = new Uint8Array(Number(api.stringSize(slot)));
      if (bytes.length > 0) api.copy(bytes, api.stringDataPointer(slot), bytes.length);
      return bytes;
    });
  }
  const bytes = new ArrayBuffer(Number(api.tensorByteSize(tensor)));
  const values = view(bytes, type);
  if (bytes.byteLength > 0) api.copy(values, api.tensorData(tensor), bytes.byteLength);
  return values;
}

function view(bytes: ArrayBuffer, type: number): TypedArray {
  switch (type) {
    case TF_FLOAT:
    case TF_COMPLEX64:
      return new Float32Array(bytes);
    case TF_INT32:
      return new Int32Array(bytes);
    case TF_INT64:
      return new BigInt64Array(bytes);
    default:
      return new Uint8Array(bytes);
  }
}
