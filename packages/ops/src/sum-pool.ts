import * as tf from '@tensorflow/tfjs';
import { differentiable } from './differentiable.js';

/**
 * The sum over all positions (the discriminator's last pooling), differentiable any number of times.
 *
 * @param x - [B, H, W, C]
 * @returns [B, C]
 */
export function sumPool(x: tf.Tensor4D): tf.Tensor2D {
  const [, height, width] = x.shape;
  return differentiable<tf.Tensor2D>(
    { x },
    () => tf.sum(x, [1, 2]) as tf.Tensor2D,
    (dy) => ({ x: () => spread(dy, height, width) }),
  );
}

/** Repeats x [B, C] at height x width positions. */
function spread(x: tf.Tensor2D, height: number, width: number): tf.Tensor4D {
  const [batch, channels] = x.shape;
  return differentiable<tf.Tensor4D>(
    { x },
    () => tf.tile(tf.reshape(x, [batch, 1, 1, channels]), [1, height, width, 1]) as tf.Tensor4D,
    (dy) => ({ x: () => sumPool(dy) }),
  );
}
