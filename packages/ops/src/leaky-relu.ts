import * as tf from '@tensorflow/tfjs';
import { channelSum } from './add-bias.js';
import { differentiable } from './differentiable.js';
import { pointwise } from './pointwise.js';

/**
 * max(v, slope v) of v = x + bias, with a bias per channel: the bias of a network whose convolutions have none sits in
 * its activations (R3GAN, arXiv:2501.05441). One pass over `x` where the backend compiles such expressions.
 *
 * The gradient needs only the sign of the output; differentiating twice is right because the sign is piecewise constant.
 *
 * @param x - [B, H, W, C]
 * @param bias - [C]
 * @param slope - for negative values, in (0, 1)
 */
export function biasedLeakyRelu(x: tf.Tensor4D, bias: tf.Tensor1D, slope = 0.2): tf.Tensor4D {
  return differentiable<tf.Tensor4D>(
    { x, bias },
    (save) => {
      const y = pointwise<[tf.Tensor4D]>([x, bias], (x, bias) => {
        const v = tf.add(x!, tf.reshape(bias!, [1, 1, 1, -1]));
        return [tf.maximum(v, tf.mul(v, slope)) as tf.Tensor4D];
      })[0];
      save([y]);
      return y;
    },
    (dy, saved) => {
      const y = saved[0] as tf.Tensor4D;
      return {
        x: () => leakyGradient(dy, y, slope),
        bias: () => channelSum(leakyGradient(dy, y, slope)),
      };
    },
  );
}

/** max(x, slope x), as {@link biasedLeakyRelu} without a bias, of any rank. */
export function leakyRelu<T extends tf.Tensor>(x: T, slope = 0.2): T {
  return differentiable<T>(
    { x },
    (save) => {
      const y = pointwise<[T]>([x], (x) => [tf.maximum(x!, tf.mul(x!, slope)) as T])[0];
      save([y]);
      return y;
    },
    (dy, saved) => ({ x: () => leakyGradient(dy, saved[0] as T, slope) }),
  );
}

/** dy where y > 0, else slope dy; a constant function of y to every gradient. */
function leakyGradient<T extends tf.Tensor>(dy: T, y: T, slope: number): T {
  return differentiable<T>(
    { dy },
    (save) => {
      save([y]);
      return pointwise<[T]>([dy, y], (dy, y) => [
        tf.where(tf.greater(y!, 0), dy!, tf.mul(dy!, slope)) as T,
      ])[0];
    },
    (ddx, saved) => ({ dy: () => leakyGradient(ddx, saved[0] as T, slope) }),
  );
}
