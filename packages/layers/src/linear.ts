import * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer, NamedVariables } from '@ganymede/core';
import { uniform } from '@ganymede/ops';
import { variableOf } from './variable-of.js';
import type { Parameterization } from './parameterization.js';
import { SpectralNorm } from './spectral-norm.js';

/**
 * x W + b, optionally with spectral norm.
 *
 * Weights: `weight` [in, out], `bias` [out] (uniform within ±1 / sqrt(in), torch's default). State: that of
 * {@link SpectralNorm}.
 */
export class Linear implements Layer<tf.Tensor2D, tf.Tensor2D> {
  readonly weights: NamedVariables;
  readonly state: NamedVariables;
  private readonly weight: tf.Variable<tf.Rank.R2>;
  private readonly bias: tf.Variable<tf.Rank.R1> | null;
  private readonly spectralNorm: SpectralNorm | null;

  constructor(
    inputs: number,
    outputs: number,
    { initialize, spectralNorm, random }: Parameterization,
    { bias = true }: { readonly bias?: boolean } = {},
  ) {
    this.weight = variableOf<tf.Rank.R2>(initialize([inputs, outputs], random), [inputs, outputs], true);
    const bound = 1 / Math.sqrt(inputs);
    this.bias = bias ? variableOf<tf.Rank.R1>(uniform(bound)([outputs], random), [outputs], true) : null;
    this.weights = this.bias ? { weight: this.weight, bias: this.bias } : { weight: this.weight };
    this.spectralNorm = spectralNorm && new SpectralNorm(outputs, 1, random, spectralNorm);
    this.state = this.spectralNorm?.state ?? {};
  }

  /** The weight that inputs meet: over its largest singular value where there is spectral norm. */
  effectiveWeight(ctx: CallContext): tf.Tensor2D {
    return this.spectralNorm?.normalize(this.weight, ctx) ?? this.weight;
  }

  /** @param x - [B, in]; @returns [B, out] */
  call(x: tf.Tensor2D, ctx: CallContext): tf.Tensor2D {
    const weight = this.effectiveWeight(ctx);
    const y = tf.matMul<tf.Tensor2D>(x, weight);
    return this.bias ? tf.add(y, this.bias) : y;
  }
}
