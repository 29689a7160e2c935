import * as tf from '@tensorflow/tfjs';
import { differentiable } from './differentiable.js';
import { pointwise } from './pointwise.js';

/**
 * max(x, 0). Its gradient needs only the sign of the output, which the next layer keeps anyway: the input is free to
 * go, and differentiating twice is right because the sign is piecewise constant.
 */
export function relu<T extends tf.Tensor>(x: T): T {
  return differentiable<T>(
    { x },
    (save) => {
      const y = tf.relu(x);
      save([y]);
      return y;
    },
    (dy, saved) => ({ x: () => reluGradient(dy, saved[0] as T) }),
  );
}

/** dy where y > 0, else 0; a constant function of y to every gradient. */
export function reluGradient<T extends tf.Tensor>(dy: T, y: T): T {
  return differentiable<T>(
    { dy },
    (save) => {
      save([y]);
      return pointwise<[T]>([dy, y], (dy, y) => [whereActive(dy, y) as T])[0];
    },
    (ddx, saved) => ({ dy: () => reluGradient(ddx, saved[0] as T) }),
  );
}

/** dy where y > 0, else 0; in one op on backends that have a `ReluGrad` kernel. */
export function whereActive(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  if (tf.getKernel('ReluGrad', tf.getBackend())) return tf.engine().runKernel('ReluGrad', { dy, y });
  return tf.mul(dy, tf.cast(tf.greater(y, 0), 'float32'));
}
