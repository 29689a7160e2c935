import * as tf from '@tensorflow/tfjs';
import { differentiable, recording } from './differentiable.js';

/**
 * exp(x) / sum(exp(x)) along the last axis, differentiable any number of times (tfjs's own is wrong from the second
 * on, tensorflow/tfjs#3252).
 */
export function softmax<T extends tf.Tensor>(x: T): T {
  return differentiable<T>(
    { x },
    (save) => {
      const y = tf.softmax(x);
      save([x, y]);
      return y;
    },
    (dy, saved) => ({
      x: () => {
        const y = recording() ? softmax(saved[0] as T) : (saved[1] as T);
        return softmaxGradient(dy, y);
      },
    }),
  );
}

/** The gradient of a softmax for its input, of that for its output `y`: y (dy - sum(y dy)). */
export function softmaxGradient<T extends tf.Tensor>(dy: T, y: T): T {
  const weighted = tf.mul<T>(dy, y);
  return tf.sub(weighted, tf.mul(y, tf.sum(weighted, -1, true)));
}
