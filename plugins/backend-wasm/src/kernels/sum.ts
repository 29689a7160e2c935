import * as tf from '@tensorflow/tfjs';
import type { ComposedKernel } from './kernel.js';

/**
 * Sums and means over axes that end before the last one (over batch or positions, as in batch normalization and its
 * gradient). tfjs-wasm transposes first and then adds up one number at a time; average pooling over the same
 * elements adds whole rows of channels.
 */
export const sum: ComposedKernel = {
  kernelName: tf.Sum,
  compute: (inputs, attrs, stock) => {
    const block = blockOf(inputs.x!, attrs);
    if (!block) return stock(inputs, attrs);
    return tf.reshape(tf.mul(pool(inputs.x!, block), block.count), block.shape);
  },
};

/** See {@link sum}. */
export const mean: ComposedKernel = {
  kernelName: tf.Mean,
  compute: (inputs, attrs, stock) => {
    const block = blockOf(inputs.x!, attrs);
    if (!block) return stock(inputs, attrs);
    return tf.reshape(pool(inputs.x!, block), block.shape);
  },
};

/** A tensor as [outer, count, inner], of which `count` is reduced; `shape` is the result's. */
interface Block {
  readonly outer: number;
  readonly count: number;
  readonly inner: number;
  readonly shape: number[];
}

/** Narrower rows than this gain nothing from being added whole. */
const narrow = 8;

/** Null where the stock kernel serves: other axes, other types, nothing or little to add. */
function blockOf(x: tf.Tensor, attrs: Record<string, unknown>): Block | null {
  const { axis, keepDims } = attrs as { axis: number | number[]; keepDims?: boolean };
  const axes = tf.util.parseAxisParam(axis, x.shape).sort((p, q) => p - q);
  const first = axes[0];
  const last = axes.at(-1);
  if (x.dtype !== 'float32' || first === undefined || last === undefined) return null;
  if (last !== first + axes.length - 1 || last === x.rank - 1) return null;
  const sizeOf = (from: number, to: number): number =>
    x.shape.slice(from, to).reduce((product, size) => product * size, 1);
  const count = sizeOf(first, last + 1);
  const inner = sizeOf(last + 1, x.rank);
  const outer = sizeOf(0, first);
  if (count < 2 || inner < narrow || outer === 0) return null;
  const shape = x.shape.flatMap((size, i) => (i < first || i > last ? [size] : keepDims ? [1] : []));
  return { outer, count, inner, shape };
}

/** Means over `count` in two steps, so that no long chain of additions loses digits. */
function pool(x: tf.Tensor, { outer, count, inner }: Block): tf.Tensor {
  const second = divisorNearRoot(count);
  let means = x;
  let groups = outer * second;
  for (const size of [count / second, second]) {
    if (size > 1) {
      means = tf.avgPool(tf.reshape(means, [groups, size, 1, inner]) as tf.Tensor4D, [size, 1], 1, 'valid');
    }
    groups = outer;
  }
  return means;
}

/** The largest divisor of n that is at most its square root. */
function divisorNearRoot(n: number): number {
  let divisor = Math.floor(Math.sqrt(n));
  while (n % divisor !== 0) divisor--;
  return divisor;
}
