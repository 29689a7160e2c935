import type * as tf from '@tensorflow/tfjs';

/**
 * The squared norm of each image's gradient.
 * @param gradients - [B, H, W, C]
 * @returns [B]
 */
export function squaredNorms(gradients: tf.Tensor4D): tf.Tensor1D {
  return gradients.square().sum([1, 2, 3]) as tf.Tensor1D;
}
