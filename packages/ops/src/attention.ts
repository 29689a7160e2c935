import * as tf from '@tensorflow/tfjs';
import { differentiable, recording } from './differentiable.js';
import { pointwise } from './pointwise.js';
import { softmax, softmaxGradient } from './softmax.js';

/**
 * softmax(Q K^T) V, without the scale of 1 / sqrt(d), as SAGAN and BigGAN have it; differentiable any number of times.
 *
 * As one step on the tape, because the matrix of weights is what it costs: the sum over keys that the gradient of a softmax
 * needs, sum_j dW_ij W_ij, is the product of the output's row with its gradient (arXiv:2205.14135, appendix B.2), so that
 * the gradient is one pass over the weights.
 *
 * @param queries - [B, N, d]
 * @param keys - [B, M, d]
 * @param values - [B, M, e]
 * @returns [B, N, e]
 */
export function attention(queries: tf.Tensor3D, keys: tf.Tensor3D, values: tf.Tensor3D): tf.Tensor3D {
  return differentiable<tf.Tensor3D>(
    { queries, keys, values },
    (save) => {
      const weights = tf.softmax(tf.matMul(queries, keys, false, true)); // [B, N, M]
      const output = tf.matMul<tf.Tensor3D>(weights, values);
      save([queries, keys, values, weights, output]);
      return output;
    },
    (dy, saved) => {
      const [queries, keys, values, weights, output] = saved as [
        tf.Tensor3D,
        tf.Tensor3D,
        tf.Tensor3D,
        tf.Tensor3D,
        tf.Tensor3D,
      ];
      const [dqueries, dkeys, dvalues] = tf.tidy((): [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D] => {
        const dweights = tf.matMul<tf.Tensor3D>(dy, values, false, true);
        let active = weights;
        let dscores: tf.Tensor3D;
        if (recording()) {
          active = softmax(tf.matMul<tf.Tensor3D>(queries, keys, false, true));
          dscores = softmaxGradient(dweights, active);
        } else {
          const sums = tf.sum(tf.mul(dy, output), -1, true); // [B, N, 1]
          [dscores] = pointwise<[tf.Tensor3D]>([weights, dweights, sums], (weights, dweights, sums) => [
            tf.mul(weights!, tf.sub(dweights!, sums!)),
          ]);
        }
        return [
          tf.matMul<tf.Tensor3D>(dscores, keys),
          tf.matMul<tf.Tensor3D>(dscores, queries, true, false),
          tf.matMul<tf.Tensor3D>(active, dy, true, false),
        ];
      });
      return { queries: () => dqueries, keys: () => dkeys, values: () => dvalues };
    },
  );
}
