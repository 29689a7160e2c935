import * as tf from '@tensorflow/tfjs';
import type { ComposedKernel } from './kernel.js';

/**
 * Sums of the rows of `x` that share a segment id: the gradient of gathering (embeddings, one row per label).
 * tfjs-wasm lacks it and has the scatter that adds up repeated indices, which is the same.
 */
export const unsortedSegmentSum: ComposedKernel = {
  kernelName: tf.UnsortedSegmentSum,
  compute: (inputs, attrs) => {
    const { x, segmentIds } = inputs as { x: tf.Tensor; segmentIds: tf.Tensor1D };
    const { numSegments } = attrs as { numSegments: number };
    return tf.scatterND(tf.expandDims(segmentIds, 1), x, [numSegments, ...x.shape.slice(1)]);
  },
};
