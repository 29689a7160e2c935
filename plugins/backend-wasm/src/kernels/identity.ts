import * as tf from '@tensorflow/tfjs';
import type { ComposedKernel } from './kernel.js';

/**
 * The same memory under a second name. tfjs-wasm copies it, and the gradient tape clones every activation that it
 * keeps. Kernels never write to their inputs, so that sharing is safe; the memory is freed with its last name.
 */
export const identity: ComposedKernel = {
  kernelName: tf.Identity,
  compute: ({ x }, attrs, stock) =>
    x!.dtype === 'string' ? stock({ x: x! }, attrs) : tf.reshape(x!, x!.shape),
};
