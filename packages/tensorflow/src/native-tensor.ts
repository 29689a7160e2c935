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

/** sizeof(TF_TString). */
const stringWidth = 24;

const elements = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);

/** The bytes of host values as TensorFlow stores them. */
function bytesOf(values: ArrayBufferView | ArrayLike<number>, type: number, count: number): Uint8Array {
  if (type === TF_INT64 && !(values instanceof BigInt64Array)) {
    // tfjs hands an int64 scalar over as two int32 words, low first; anything else holds one number an element.
    const numbers = values as Int32Array;
    if (numbers.length === count) {
      const wide = BigInt64Array.from({ length: count }, (_, i) => BigInt(Math.trunc(numbers[i]!)));
      return new Uint8Array(wide.buffer);
    }
  }
  if (!ArrayBuffer.isView(values)) {
    const plain = Array.from(values);
    const typed =
      type === TF_FLOAT || type === TF_COMPLEX64
        ? Float32Array.from(plain)
        : type === TF_INT32
          ? Int32Array.from(plain)
          : Uint8Array.from(plain.map(Number));
    return new Uint8Array(typed.buffer);
  }
  // A bool tensor may arrive as any integer array; TensorFlow wants bytes of 0 and 1.
  if (type === TF_BOOL && !(values instanceof Uint8Array)) {
    return Uint8Array.from(values as unknown as ArrayLike<number>, (value) => (value ? 1 : 0));
  }
  if (type === TF_FLOAT && !(values instanceof Float32Array)) {
    return new Uint8Array(Float32Array.from(values as unknown as ArrayLike<number>).buffer);
  }
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Copies host values into a new TF_Tensor; the caller deletes it. */
export function toNative(api: CApi, shape: readonly number[], type: number, values: unknown): Pointer {
  const count = elements(shape);
  if (type === TF_STRING) return stringsToNative(api, shape, count, values as (Uint8Array | string)[]);
  const width = dataTypeWidth(type);
  if (width === undefined) {
    throw new TensorFlowError(
      'BAD_DATA_TYPE',
      `createTensor: expected a type with a fixed width, got ${dataTypeName(type)}`,
    );
  }
  const bytes = bytesOf(values as ArrayBufferView, type, count);
  if (bytes.byteLength !== count * width) {
    throw new TensorFlowError(
      'BAD_TENSOR_SIZE',
      `createTensor: expected ${count * width} bytes for ${dataTypeName(type)} [${shape.join(', ')}], got ${bytes.byteLength}`,
    );
  }
  const tensor = api.allocateTensor(type, shape, shape.length, bytes.byteLength);
  new Uint8Array(api.view(api.tensorData(tensor), bytes.byteLength)).set(bytes);
  return tensor;
}

function stringsToNative(
  api: CApi,
  shape: readonly number[],
  count: number,
  values: (Uint8Array | string)[],
): Pointer {
  const tensor = api.allocateTensor(TF_STRING, shape, shape.length, count * stringWidth);
  if (count === 0) return tensor;
  const base = api.addressOf(api.tensorData(tensor));
  for (let i = 0; i < count; i++) {
    const slot = base + BigInt(i * stringWidth);
    const bytes = Buffer.from(values[i]!);
    api.stringInit(slot);
    api.stringCopy(slot, bytes, bytes.length);
  }
  return tensor;
}

/** Copies a TF_Tensor's values out; the tensor stays the caller's. */
export function fromNative(api: CApi, tensor: Pointer, type: number): HostValues {
  if (type === TF_STRING) {
    const count = Number(api.tensorElementCount(tensor));
    const base = count === 0 ? 0n : api.addressOf(api.tensorData(tensor));
    return Array.from({ length: count }, (_, i) => {
      const slot = base + BigInt(i * stringWidth);
      const size = Number(api.stringSize(slot));
      return size === 0
        ? new Uint8Array()
        : new Uint8Array(api.view(api.stringDataPointer(slot), size).slice(0));
    });
  }
  const bytes = api.view(api.tensorData(tensor), Number(api.tensorByteSize(tensor))).slice(0);
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
