import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

interface ArrayOf {
  readonly float32: Float32Array;
  readonly int32: Int32Array;
  readonly bool: Uint8Array;
}

const wasm = (): BackendWasm => tf.backend() as BackendWasm;

/**
 * The tensor's own memory, not a copy: only to read, and only until the next allocation, which may move the memory.
 */
export function arrayOf<T extends keyof ArrayOf>(x: tf.Tensor, _dtype: T): ArrayOf[T] {
  return wasm().typedArrayFromHeap(x) as ArrayOf[T];
}

/** A new tensor, and its memory to write to before anything else is allocated. */
export function allocate<T extends keyof ArrayOf>(shape: number[], dtype: T): [tf.Tensor, ArrayOf[T]] {
  const info = wasm().makeOutput(shape, dtype);
  return [tf.engine().makeTensorFromTensorInfo(info), wasm().typedArrayFromHeap(info) as ArrayOf[T]];
}
