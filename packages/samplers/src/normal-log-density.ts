import type * as tf from '@tensorflow/tfjs';

/**
 * Logarithm of the density of N(0, deviation^2 I), without its constant: -|z|^2 / (2 deviation^2). By methods of z, so that a
 * prior loads no tfjs; the caller's `tidy` frees what is between.
 * @param z - [B, size]
 * @returns [B]
 */
export const normalLogDensity = (z: tf.Tensor2D, deviation: number): tf.Tensor1D =>
  z
    .square()
    .sum(1)
    .mul(-1 / (2 * deviation ** 2));
