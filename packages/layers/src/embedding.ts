import * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer, NamedVariables } from '@ganymede/core';
import { variableOf } from './variable-of.js';
import type { Parameterization } from './parameterization.js';
import { SpectralNorm } from './spectral-norm.js';

/**
 * A vector per class, as the product of one-hot rows with a matrix: unlike a gather it differentiates twice, and its
 * gradient has a kernel on every backend. Any mix of classes is a valid input, too.
 *
 * Weights: `weight` [classes, size]. State: that of {@link SpectralNorm}, whose vectors are [1, classes].
 */
export class Embedding implements Layer<tf.Tensor2D, tf.Tensor2D> {
  readonly weights: NamedVariables;
  readonly state: NamedVariables;
  private readonly weight: tf.Variable<tf.Rank.R2>;
  private readonly spectralNorm: SpectralNorm | null;

  constructor(classes: number, size: number, { initialize, spectralNorm, random }: Parameterization) {
    this.weight = variableOf<tf.Rank.R2>(initialize([classes, size], random), [classes, size], true);
    this.weights = { weight: this.weight };
    this.spectralNorm = spectralNorm && new SpectralNorm(classes, 0, random, spectralNorm);
    this.state = this.spectralNorm?.state ?? {};
  }

  /** The weight that inputs meet: over its largest singular value where there is spectral norm. */
  effectiveWeight(ctx: CallContext): tf.Tensor2D {
    return this.spectralNorm?.normalize(this.weight, ctx) ?? this.weight;
  }

  /** @param oneHot - float32 [B, classes]; @returns [B, size] */
  call(oneHot: tf.Tensor2D, ctx: CallContext): tf.Tensor2D {
    const weight = this.effectiveWeight(ctx);
    return tf.matMul<tf.Tensor2D>(oneHot, weight);
  }
}
