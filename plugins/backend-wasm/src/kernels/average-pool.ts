import * as tf from '@tensorflow/tfjs';
import type { ComposedKernel } from './kernel.js';

/**
 * Average pooling in which what is not a number stays visible. XNNPACK clamps its averages to [-inf, inf], which
 * turns NaN into -inf, and a hinge loss turns that into 0: a run that has gone wrong would look like one that
 * goes on. Here every entry that is not finite becomes NaN, an infinity too.
 */
export const averagePool: ComposedKernel = {
  kernelName: tf.AvgPool,
  compute: (inputs, attrs, stock) => {
    const y = stock(inputs, attrs);
    return tf.add(y, tf.sub(y, y));
  },
};
