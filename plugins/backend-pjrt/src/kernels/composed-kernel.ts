import type * as tf from '@tensorflow/tfjs';
import type { PjrtKernelBackend } from '../engine/kernel-backend.js';

/** A kernel that is made of others, or needs no device. */
export interface ComposedKernel {
  readonly name: string;
  readonly compute: (
    inputs: Readonly<Record<string, tf.TensorInfo>>,
    attrs: never,
    backend: PjrtKernelBackend,
  ) => tf.TensorInfo | tf.TensorInfo[];
}
