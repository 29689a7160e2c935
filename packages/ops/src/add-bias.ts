import * as tf from '@tensorflow/tfjs';
import { differentiable } from './differentiable.js';
import { positionSums } from './position-sums.js';

/**
 * Adds a value per channel. As an operation of its own its gradient sums over positions first, then over the batch:
 * TensorFlow's sum over both at once, which tfjs's gradient asks for, takes twice as long.
 *
 * @param x - [B, H, W, C]
 * @param bias - [C]
 */
export function addBias(x: tf.Tensor4D, bias: tf.Tensor1D): tf.Tensor4D {
  return differentiable<tf.Tensor4D>(
    { x, bias },
    () => tf.add(x, tf.reshape(bias, [1, 1, 1, -1])),
    (dy) => ({ x: () => tf.clone(dy), bias: () => channelSum(dy) }),
  );
}

/** [B, H, W, C] to [C]. */
export function channelSum(x: tf.Tensor4D): tf.Tensor1D {
  const [batch, height, width, channels] = x.shape;
  return differentiable<tf.Tensor1D>(
    { x },
    () => tf.sum(positionSums(x), 0) as tf.Tensor1D,
    (dy) => ({ x: () => addBias(tf.zeros([batch, height, width, channels]), dy) }),
  );
}
