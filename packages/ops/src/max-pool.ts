import * as tf from '@tensorflow/tfjs';
import { expectEvenSize, averagePool2, upsampleNearest2 } from './average-pool.js';
import { differentiable } from './differentiable.js';

/**
 * The maximum of each 2x2 square (self-attention's keys and values), differentiable any number of times.
 *
 * @param x - [B, H, W, C], H and W even
 * @returns [B, H / 2, W / 2, C]
 * @throws ODD_SIZE
 */
export function maxPool2(x: tf.Tensor4D): tf.Tensor4D {
  expectEvenSize('maxPool2', x);
  return differentiable<tf.Tensor4D>(
    { x },
    (save) => {
      const y = tf.maxPool(x, 2, 2, 'valid');
      save([x, y]);
      return y;
    },
    // Where the maximum lies is piecewise constant, so that x and y may be constants here.
    (dy, saved) => ({ x: () => scatterToMaximum(dy, saved[0] as tf.Tensor4D, saved[1] as tf.Tensor4D) }),
  );
}

/** Puts each entry of dy [B, H / 2, W / 2, C] at the place of the maximum y in its square of x [B, H, W, C]. */
function scatterToMaximum(dy: tf.Tensor4D, x: tf.Tensor4D, y: tf.Tensor4D): tf.Tensor4D {
  return differentiable<tf.Tensor4D>(
    { dy },
    (save) => {
      save([x, y]);
      return maxPoolGradient(dy, x, y);
    },
    (ddx, saved) => ({
      dy: () => gatherFromMaximum(ddx, saved[0] as tf.Tensor4D, saved[1] as tf.Tensor4D),
    }),
  );
}

/** The adjoint of {@link scatterToMaximum}: the entry of ddx at the place of each maximum. */
function gatherFromMaximum(ddx: tf.Tensor4D, x: tf.Tensor4D, y: tf.Tensor4D): tf.Tensor4D {
  return differentiable<tf.Tensor4D>(
    { ddx },
    (save) => {
      save([x, y]);
      return tf.mul(averagePool2(tf.mul(ddx, maxPoolGradient(tf.onesLike(y), x, y))), 4);
    },
    (dy, saved) => ({ ddx: () => scatterToMaximum(dy, saved[0] as tf.Tensor4D, saved[1] as tf.Tensor4D) }),
  );
}

/**
 * Backends without the kernel (wasm) share the gradient equally among equal maxima, where the kernel picks one of
 * them: both are subgradients.
 */
function maxPoolGradient(dy: tf.Tensor4D, x: tf.Tensor4D, y: tf.Tensor4D): tf.Tensor4D {
  if (tf.getKernel(tf.MaxPoolGrad, tf.getBackend())) {
    return tf
      .engine()
      .runKernel(
        tf.MaxPoolGrad,
        { dy, input: x, output: y },
        { filterSize: [2, 2], strides: [2, 2], pad: 'valid' },
      ) as tf.Tensor4D;
  }
  const isMaximum = tf.cast(tf.equal(x, upsampleNearest2(y)), 'float32') as tf.Tensor4D;
  const count = tf.mul(averagePool2(isMaximum), 4) as tf.Tensor4D;
  return tf.mul(isMaximum, upsampleNearest2(tf.div(dy, count)));
}
