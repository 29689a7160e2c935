import * as tf from '@tensorflow/tfjs';
import { differentiable, stopGradient } from './differentiable.js';

export interface PowerIterationOptions {
  /** Rounds of the power method; with more than one, each starts where the last ended. */
  readonly iterations?: number;
  /** Least norm that a vector is divided by. */
  readonly epsilon?: number;
  /** Which axis of `weight` the vectors `u` belong to: 1 for [in, out] layouts, 0 for [classes, dim] embeddings. */
  readonly outputAxis?: 0 | 1;
}

export interface PowerIterationResult {
  /** The largest singular value, a differentiable function of the weight. */
  readonly sigma: tf.Scalar;
  /** All estimated singular values, largest first, scalars, constants to every gradient. */
  readonly singularValues: readonly tf.Scalar[];
  /** The moved vectors, each [1, outputs], constants. */
  readonly u: readonly tf.Tensor2D[];
  /** The vectors of the other side, each [1, rest], constants. */
  readonly v: readonly tf.Tensor2D[];
}

/**
 * Estimates the largest singular values of a matrix by the power method, one per given vector; each is kept
 * orthogonal to those before it (Gram-Schmidt); values that the matrix does not have come out as 0. The gradient of `sigma = v W u` takes u and v as constants
 * (arXiv:1802.05957, section 2.1; `layers.py` of BigGAN-PyTorch).
 *
 * @param weight - [rest, outputs], or [outputs, rest] with `outputAxis` 0
 * @param vectors - where to start, each [1, outputs]; need not have length one
 */
export function powerIteration(
  weight: tf.Tensor2D,
  vectors: readonly tf.Tensor2D[],
  { iterations = 1, epsilon = 1e-12, outputAxis = 1 }: PowerIterationOptions = {},
): PowerIterationResult {
  const count = vectors.length;
  const outputsLast = outputAxis === 1;
  const found = stopGradient<tf.Tensor[]>(() => {
    let us = [...vectors];
    let vs: tf.Tensor2D[] = [];
    let values: tf.Scalar[] = [];
    for (let round = 0; round < iterations; round++) {
      const start = us;
      us = [];
      vs = [];
      values = [];
      for (const u of start) {
        const v = normalize(
          orthogonalize(tf.matMul<tf.Tensor2D>(u, weight, false, outputsLast), vs),
          epsilon,
        ); // [1, rest]
        const product = tf.matMul<tf.Tensor2D>(v, weight, false, !outputsLast); // [1, outputs]
        const moved = normalize(orthogonalize(product, us), epsilon);
        vs.push(v);
        us.push(moved);
        values.push(tf.sum(tf.mul(product, moved)) as tf.Scalar);
      }
    }
    return [...values, ...us, ...vs];
  });
  const singularValues = found.slice(0, count) as tf.Scalar[];
  const u = found.slice(count, 2 * count) as tf.Tensor2D[];
  const v = found.slice(2 * count) as tf.Tensor2D[];
  return { sigma: sigmaOf(weight, singularValues[0]!, u[0]!, v[0]!, outputsLast), singularValues, u, v };
}

/** The known value of v W u, with its gradient, the outer product of v and u. */
function sigmaOf(
  weight: tf.Tensor2D,
  value: tf.Scalar,
  u: tf.Tensor2D,
  v: tf.Tensor2D,
  outputsLast: boolean,
): tf.Scalar {
  return differentiable<tf.Scalar>(
    { weight },
    (save) => {
      save([u, v]);
      return tf.clone(value);
    },
    (dy, saved) => {
      const [u, v] = saved as [tf.Tensor2D, tf.Tensor2D];
      const [rows, columns] = outputsLast ? [v, u] : [u, v];
      return { weight: () => tf.matMul(rows, tf.mul(columns, dy), true, false) };
    },
  );
}

function normalize(x: tf.Tensor2D, epsilon: number): tf.Tensor2D {
  return tf.div(x, tf.maximum(tf.sqrt(tf.sum(tf.square(x))), epsilon));
}

/** `others` have length one, or zero where the matrix has fewer singular values than are asked for. */
function orthogonalize(x: tf.Tensor2D, others: readonly tf.Tensor2D[]): tf.Tensor2D {
  return others.reduce((rest, other) => {
    const length = tf.maximum(tf.sum(tf.square(other)), 1e-12);
    return tf.sub(rest, tf.mul(other, tf.div(tf.sum(tf.mul(other, rest)), length)));
  }, x);
}
