import * as tf from '@tensorflow/tfjs';
import type { Backend } from '@ganymede/core';

/**
 * Operations a second of the fastest of several square matrix products on this backend: what a convolution could
 * reach at best.
 * @param side - of the matrices
 * @param now - milliseconds of a monotonic clock
 */
export async function productPeak(
  backend: Backend,
  precision: 'float32' | 'bfloat16',
  side: number,
  now: () => number,
): Promise<number> {
  const product = backend.compile(({ a, b }) => ({ c: tf.matMul(a!, b!) }), { name: 'peak', precision });
  const a = tf.tidy(() => tf.fill([side, side], 0.5));
  const b = tf.tidy(() => tf.fill([side, side], 0.25));
  let best = Infinity;
  try {
    for (let run = 0; run < 6; run++) {
      const start = now();
      const { c } = await product.run({ a, b });
      const corner = tf.tidy(() => tf.slice(c!, [0, 0], [1, 1]));
      await corner.data();
      best = Math.min(best, (now() - start) / 1000);
      tf.dispose([c!, corner]);
    }
  } finally {
    product.dispose();
    tf.dispose([a, b]);
  }
  return (2 * side ** 3) / best;
}
