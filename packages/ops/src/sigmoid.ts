import * as tf from '@tensorflow/tfjs';
import { differentiable, recording } from './differentiable.js';

/** 1 / (1 + exp(-x)), differentiable any number of times (tfjs's own is wrong from the second on, tensorflow/tfjs#3252). */
export function sigmoid<T extends tf.Tensor>(x: T): T {
  return differentiable<T>(
    { x },
    (save) => {
      const y = tf.sigmoid(x);
      save([x, y]);
      return y;
    },
    (dy, saved) => ({
      x: () => {
        const y = recording() ? sigmoid(saved[0] as T) : (saved[1] as T);
        return tf.mul(dy, tf.mul(y, tf.sub(1, y)));
      },
    }),
  );
}
