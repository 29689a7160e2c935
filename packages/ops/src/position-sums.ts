import * as tf from '@tensorflow/tfjs';
import { recording } from './differentiable.js';

/**
 * The sum over positions, [B, H, W, C] to [B, C].
 *
 * As a product with ones, which reads activations in the type that they are stored in and is the fastest of the ways;
 * where a gradient is recorded, as two sums, one axis after the other: TensorFlow adds float32 in order, and the
 * rounding of a sum of sums is that of the short sums.
 */
export function positionSums(x: tf.Tensor4D): tf.Tensor2D {
  const [batch, height, width, channels] = x.shape;
  if (recording()) return tf.sum(tf.sum(x, 2), 1);
  const ones = tf.ones([1, 1, height * width]);
  const sums = tf.matMul(ones, tf.reshape(x, [batch, height * width, channels])); // [B, 1, C]
  return tf.reshape(sums, [batch, channels]);
}
