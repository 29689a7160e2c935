import * as tf from '@tensorflow/tfjs';
import { allocate, arrayOf } from './host-arrays.js';
import type { ComposedKernel } from './kernel.js';

/** Numbers a side of a square that is turned at once: its rows and columns fit the first-level cache. */
const side = 16;

/**
 * Transposition that swaps the first and the last axis (a matrix; an image batch for a filter gradient), square by
 * square. tfjs-wasm writes across the whole memory for every row. Other permutations are left to it.
 */
export const transpose: ComposedKernel = {
  kernelName: tf.Transpose,
  compute: (inputs, attrs, stock) => {
    const x = inputs.x!;
    const { perm } = attrs as { perm: number[] };
    const last = x.rank - 1;
    const swapsEnds = last > 0 && perm.every((from, to) => from === (to === 0 ? last : to === last ? 0 : to));
    if (!swapsEnds || x.dtype !== 'float32' || x.size === 0) return stock(inputs, attrs);
    const outer = x.shape[0]!;
    const inner = x.shape[last]!;
    const middle = x.size / (outer * inner);
    const [result, target] = allocate(
      perm.map((axis) => x.shape[axis]!),
      'float32',
    );
    const source = arrayOf(x, 'float32');
    for (let m = 0; m < middle; m++) {
      for (let i0 = 0; i0 < inner; i0 += side) {
        const i1 = Math.min(inner, i0 + side);
        for (let o0 = 0; o0 < outer; o0 += side) {
          const o1 = Math.min(outer, o0 + side);
          for (let i = i0; i < i1; i++) {
            const row = (i * middle + m) * outer;
            for (let o = o0; o < o1; o++) target[row + o] = source[(o * middle + m) * inner + i]!;
          }
        }
      }
    }
    return result;
  },
};
