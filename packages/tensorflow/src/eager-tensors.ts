import type { CApi, Pointer } from './c-api.js';

/** What an op gives back (tfjs_binding.d.ts: TensorMetadata). */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** A tensor with a value, by its native handle. */
export interface EagerTensor {
  readonly pointer: Pointer;
  readonly shape: number[];
  readonly dtype: number;
}

/** What a trace asks of the binding that it belongs to: the eager tensors that it meets, and ids for its own. */
export interface EagerTensors {
  readonly api: CApi;
  /** @throws NO_SUCH_TENSOR for an id that was freed or that a trace left behind */
  handle(id: number, what?: string): EagerTensor;
  /** An id for a tensor of a trace: negative, and never given twice, so that a stale one is noticed. */
  symbolId(): number;
  /** A tensor's values in another type, also while a function is traced. @returns a handle that the caller frees */
  castHandle(id: number, from: number, to: number): Pointer;
}
