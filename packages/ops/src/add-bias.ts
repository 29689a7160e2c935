import * as tf from '@tensorflow/tfjs';
import { differentiable } from './differentiable.js';
import { BiasAdd, BiasAddGrad } from './node-kernels.js';

/**
 * Adds a value per channel. As an operation of its own its gradient sums in the order that is fast, and backends with
 * TensorFlow's kernels fuse it with the convolution before it.
 *
 * @param x - [B, H, W, C]
 * @param bias - [C]
 */
export function addBias(x: tf.Tensor4D, bias: tf.Tensor1D): tf.Tensor4D {
  return differentiable<tf.Tensor4D>(
    { x, bias },
    () => {
      if (tf.getKernel(BiasAdd, tf.getBackend())) {
        return tf.engine().runKernel(BiasAdd, { x, bias }) as tf.Tensor4D;
      }
      return tf.add(x, tf.reshape(bias, [1, 1, 1, -1]));
    },
    (dy) => ({ x: () => tf.clone(dy), bias: () => channelSum(dy) }),
  );
}

/** [B, H, W, C] to [C]. */
function channelSum(x: tf.Tensor4D): tf.Tensor1D {
  const [batch, height, width, channels] = x.shape;
  return differentiable<tf.Tensor1D>(
    { x },
    () => {
      if (tf.getKernel(BiasAddGrad, tf.getBackend())) {
        return tf.engine().runKernel(BiasAddGrad, { x }) as tf.Tensor1D;
      }
      return tf.sum(tf.sum(x, [1, 2]), 0) as tf.Tensor1D;
    },
    (dy) => ({ x: () => addBias(tf.zeros([batch, height, width, channels]), dy) }),
  );
}
