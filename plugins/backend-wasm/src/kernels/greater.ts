import * as tf from '@tensorflow/tfjs';
import { allocate, arrayOf } from './host-arrays.js';
import type { ComposedKernel } from './kernel.js';

/** The bits of +infinity, above which a positive float is NaN. */
const infinityBits = 0x7f800000;

/**
 * x > 0, which is what the gradient of ReLU asks for. tfjs-wasm branches at every number, wrongly half of the time;
 * the signs and bits of the numbers as integers give the same answer without a branch.
 */
export const greater: ComposedKernel = {
  kernelName: tf.Greater,
  compute: (inputs, attrs, stock) => {
    const { a, b } = inputs as { a: tf.Tensor; b: tf.Tensor };
    if (a.dtype !== 'float32' || b.size !== 1 || b.rank > a.rank || b.dataSync()[0] !== 0) {
      return stock(inputs, attrs);
    }
    const [result, flags] = allocate(a.shape, 'bool');
    const floats = arrayOf(a, 'float32');
    const bits = new Int32Array(floats.buffer, floats.byteOffset, floats.length);
    for (let i = 0; i < bits.length; i++) {
      const word = bits[i]!;
      flags[i] = ~(word | (word - 1) | (infinityBits - word)) >>> 31;
    }
    return result;
  },
};
