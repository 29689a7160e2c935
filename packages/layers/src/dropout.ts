import * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer } from '@ganymede/core';
import { dropoutRate, noiseShape } from './errors.js';

/**
 * Dropout (Srivastava et al., 2014) of features: a value is kept with probability 1 - rate and divided by it, or is 0.
 *
 * The mask comes from `ctx.noise`, uniform numbers that are fed: an operation that draws them itself would repeat one
 * mask in every call of a compiled step. A call without noise (evaluation, penalties) drops nothing.
 */
export class Dropout implements Layer<tf.Tensor2D, tf.Tensor2D> {
  /** @throws BAD_OPTION outside [0, 1) */
  constructor(private readonly rate: number) {
    if (!(rate >= 0 && rate < 1)) throw dropoutRate(rate);
  }

  /**
   * @param x - [B, size]
   * @throws NOISE_SHAPE when `ctx.noise` is there and not [B, size]
   */
  call(x: tf.Tensor2D, { noise }: CallContext): tf.Tensor2D {
    if (!noise || this.rate === 0) return x;
    if (`${noise.shape}` !== `${x.shape}`) throw noiseShape(x.shape, noise.shape);
    const kept = tf.cast(tf.greaterEqual(noise, this.rate), 'float32');
    return tf.mul(x, tf.mul(kept, 1 / (1 - this.rate)));
  }
}
