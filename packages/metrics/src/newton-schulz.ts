import * as tf from '@tensorflow/tfjs';
import { notConverged } from './errors.js';

/**
 * After as many, eigenvalues of 1e-7 of the norm are found, and those are float32's rounding. More rounds would let
 * roots of negative eigenvalues, which rounding makes of zeros, grow without bound.
 */
const mostRounds = 20;
/** Change of the trace in a round, as a share of it, that ends the iteration. */
const enough = 1e-6;

/**
 * tr (A B)^(1/2) of two covariances, in float32 on tfjs's current backend, by the coupled Newton-Schulz iteration
 * (Higham, Functions of Matrices, section 6.7; for FID arXiv:2009.14075):
 *
 *     T = (3 I - Z Y) / 2,  Y <- Y T,  Z <- T Z,  from Y = A B / |A B|, Z = I
 *
 * Three products a round, which a GPU does fast. Eigenvalues below 1e-7 of the norm of A B are not resolved: the trace
 * comes out too small by the sum of their roots.
 * @param first - [size, size], symmetric, row-major
 * @param second - as `first`
 * @throws NOT_CONVERGED where float32 does not hold the matrices
 */
export async function newtonSchulzTrace(
  first: Float64Array,
  second: Float64Array,
  size: number,
): Promise<number> {
  // Each scaled to a norm of 1 here, in float64, so that nothing overflows there.
  const [a, b] = [first, second].map((matrix) => {
    const norm = Math.sqrt(matrix.reduce((sum, value) => sum + value * value, 0));
    return { norm, values: Float32Array.from(matrix, (value) => (norm === 0 ? 0 : value / norm)) };
  }) as [{ norm: number; values: Float32Array }, { norm: number; values: Float32Array }];
  if (a.norm === 0 || b.norm === 0) return 0;
  const square: [number, number] = [size, size];
  const { norm, ...start } = tf.tidy(() => {
    const product = tf.matMul(tf.tensor2d(a.values, square), tf.tensor2d(b.values, square));
    const length = tf.norm(product);
    return { y: product.div<tf.Tensor2D>(length), z: tf.eye(size), norm: length };
  });
  let { y, z } = start;
  let trace = 0;
  try {
    const [scale] = await norm.data();
    // Sets that vary in no direction in common.
    if (scale === 0) return 0;
    for (let round = 0; round < mostRounds; round++) {
      const next = tf.tidy(() => {
        const step = tf.eye(size).mul(3).sub(tf.matMul(z, y)).mul(0.5) as tf.Tensor2D;
        const root = tf.matMul<tf.Tensor2D>(y, step);
        // The trace without a kernel for diagonals: the sum of what a unit matrix lets through.
        return { y: root, z: tf.matMul<tf.Tensor2D>(step, z), trace: tf.sum(root.mul(tf.eye(size))) };
      });
      tf.dispose([y, z]);
      [y, z] = [next.y, next.z];
      const [value] = await next.trace.data();
      next.trace.dispose();
      if (!Number.isFinite(value)) throw notConverged('Newton-Schulz iteration');
      const change = Math.abs(value! - trace);
      trace = value!;
      if (change <= enough * Math.abs(trace)) break;
    }
    return trace * Math.sqrt(scale! * a.norm * b.norm);
  } finally {
    tf.dispose([y, z, norm]);
  }
}
