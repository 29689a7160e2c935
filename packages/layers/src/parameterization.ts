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
