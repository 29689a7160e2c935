import type * as tf from '@tensorflow/tfjs';

/** What tfjs's engine (tfjs-core/dist/engine.d.ts) does not declare public and a trace must undo. */
export interface EngineInternals {
  readonly state: { readonly scopeStack: readonly unknown[] };
  /** Told of every tensor that comes into being. */
  trackTensor(tensor: tf.Tensor, backend: tf.KernelBackend): void;
  incRef(tensor: tf.Tensor, backend: tf.KernelBackend): void;
  disposeTensor(tensor: Pick<tf.Tensor, 'dataId' | 'dtype' | 'size'>): void;
  startScope(name?: string): void;
  endScope(): void;
}
