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
    // The stock kernel leaves a sum over nothing as it finds the memory.
    if (inputs.x!.size === 0) return tf.zeros(resultShape(inputs.x!, attrs), inputs.x!.dtype);
    const block = blockOf(inputs.x!, attrs);
    if (!block) return stock(inputs, attrs);
    return tf.reshape(tf.mul(pool(inputs.x!, block), block.count), resultShape(inputs.x!, attrs));
  },
};

/** See {@link sum}. */
export const mean: ComposedKernel = {
  kernelName: tf.Mean,
  compute: (inputs, attrs, stock) => {
    const block = blockOf(inputs.x!, attrs);
    if (!block) return stock(inputs, attrs);
    return tf.reshape(pool(inputs.x!, block), resultShape(inputs.x!, attrs));
  },
};

/** A tensor as [outer, count, inner], of which `count` is reduced. */
interface Block {
  readonly outer: number;
  readonly count: number;
  readonly inner: number;
}

/** Narrower rows than this gain nothing from being added whole. */
const narrow = 8;

const axesOf = (x: tf.Tensor, { axis }: Record<string, unknown>): number[] =>
  tf.util.parseAxisParam(axis as number | number[], x.shape).sort((p, q) => p - q);

function resultShape(x: tf.Tensor, attrs: Record<string, unknown>): number[] {
  const axes = axesOf(x, attrs);
  return x.shape.flatMap((size, axis) => (!axes.includes(axis) ? [size] : attrs.keepDims ? [1] : []));
}

/** Null where the stock kernel serves: other axes, other types, nothing or little to add. */
function blockOf(x: tf.Tensor, attrs: Record<string, unknown>): Block | null {
  const axes = axesOf(x, attrs);
  const first = axes[0];
  const last = axes.at(-1);
  if (x.dtype !== 'float32' || first === undefined || last === undefined) return null;
  if (last !== first + axes.length - 1 || last === x.rank - 1) return null;
  const sizeOf = (from: number, to: number): number =>
    x.shape.slice(from, to).reduce((product, size) => product * size, 1);
  const count = sizeOf(first, last + 1);
  const inner = sizeOf(last + 1, x.rank);
  if (count < 2 || inner < narrow) return null;
  return { outer: sizeOf(0, first), count, inner };
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
