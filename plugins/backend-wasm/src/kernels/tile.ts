import * as tf from '@tensorflow/tfjs';
import type { ComposedKernel } from './kernel.js';

/** Repetition along axes, by concatenation of whole rows; tfjs-wasm's kernel works out the place of every number. */
export const tile: ComposedKernel = {
  kernelName: tf.Tile,
  compute: (inputs, attrs) => {
    const { reps } = attrs as { reps: number[] };
    const x = inputs.x!;
    // From the last axis on, so that the rows that are copied grow with every axis.
    return reps.reduceRight<tf.Tensor>(
      (repeated, times, axis) =>
        times === 1 ? repeated : tf.concat(Array<tf.Tensor>(times).fill(repeated), axis),
      tf.clone(x),
    );
  },
};
