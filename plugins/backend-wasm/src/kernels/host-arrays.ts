import * as tf from '@tensorflow/tfjs';

interface ArrayOf {
  readonly float32: Float32Array;
  readonly int32: Int32Array;
  readonly bool: Uint8Array;
}

/** What is used of tfjs-wasm's backend (tfjs-backend-wasm/dist/backend_wasm.d.ts). */
interface Heap {
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): tf.backend_util.TypedArray;
}

const heap = (): Heap => tf.backend() as unknown as Heap;

/**
 * The tensor's own memory, not a copy: only to read, and only until the next allocation, which may move the memory.
 */
export function arrayOf<T extends keyof ArrayOf>(x: tf.Tensor, _dtype: T): ArrayOf[T] {
  return heap().typedArrayFromHeap(x) as ArrayOf[T];
}

/** A new tensor, and its memory to write to before anything else is allocated. */
export function allocate<T extends keyof ArrayOf>(shape: number[], dtype: T): [tf.Tensor, ArrayOf[T]] {
  const info = heap().makeOutput(shape, dtype);
  return [tf.engine().makeTensorFromTensorInfo(info), heap().typedArrayFromHeap(info) as ArrayOf[T]];
}
