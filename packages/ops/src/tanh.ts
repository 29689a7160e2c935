import * as tf from '@tensorflow/tfjs';
import { differentiable, recording } from './differentiable.js';

/** tanh(x), differentiable any number of times (tfjs's own is wrong from the second on, tensorflow/tfjs#3252). */
export function tanh<T extends tf.Tensor>(x: T): T {
  return differentiable<T>(
    { x },
    (save) => {
      const y = tf.tanh(x);
      save([x, y]);
      return y;
    },
    (dy, saved) => ({
      x: () => {
        const y = recording() ? tanh(saved[0] as T) : (saved[1] as T);
        return tf.mul(dy, tf.sub(1, tf.square(y)));
      },
    }),
  );
}
