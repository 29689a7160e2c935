import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '@ganymede/core';
import type { Initializer } from '@ganymede/ops';
import type { SpectralNormOptions } from './spectral-norm.js';

/** How the weights of a network's layers come about. */
export interface Parameterization {
  readonly initialize: Initializer;
  /** Null: weights are used as they are. */
  readonly spectralNorm: SpectralNormOptions | null;
  /** Draws first weights and power-iteration vectors, in construction order. */
  readonly random: RandomStream;
}

/** A variable that owns its values; `trained` tells weights from state. */
export function variableOf<R extends tf.Rank>(
  values: Float32Array,
  shape: tf.ShapeMap[R],
  trained: boolean,
): tf.Variable<R> {
  return tf.tidy(() => tf.variable(tf.tensor<R>(values, shape, 'float32'), trained));
}
