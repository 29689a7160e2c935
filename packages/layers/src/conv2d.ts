import type * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer, NamedVariables } from '@ganymede/core';
import { addBias, conv2d, convPool2d, uniform, upsampleConv2d } from '@ganymede/ops';
import { variableOf } from './variable-of.js';
import type { Parameterization } from './parameterization.js';
import { SpectralNorm } from './spectral-norm.js';

export interface Conv2dLayerOptions {
  /** Side of the square kernel. */
  readonly kernelSize?: number;
  readonly bias?: boolean;
  /** Nearest upsampling by 2 before, or the mean of 2x2 squares after; needs a kernel of 3. */
  readonly resample?: 'none' | 'up' | 'down';
  /** Resample inside the convolution: the same result, faster. */
  readonly fusedScale?: boolean;
}

/**
 * 2-D convolution with zero padding to the same size, optionally resampling and with spectral norm.
 *
 * Weights: `weight` [k, k, in, out], `bias` [out] (uniform within ±1 / sqrt(k k in), torch's default, which BigGAN's
 * initialization leaves as it is). State: that of {@link SpectralNorm}.
 */
export class Conv2d implements Layer<tf.Tensor4D, tf.Tensor4D> {
  readonly weights: NamedVariables;
  readonly state: NamedVariables;
  private readonly weight: tf.Variable<tf.Rank.R4>;
  private readonly bias: tf.Variable<tf.Rank.R1> | null;
  private readonly spectralNorm: SpectralNorm | null;
  private readonly resample: 'none' | 'up' | 'down';
  private readonly fused: boolean;

  constructor(
    inputs: number,
    outputs: number,
    { initialize, spectralNorm, random }: Parameterization,
    { kernelSize = 3, bias = true, resample = 'none', fusedScale = true }: Conv2dLayerOptions = {},
  ) {
    const shape: [number, number, number, number] = [kernelSize, kernelSize, inputs, outputs];
    this.weight = variableOf<tf.Rank.R4>(initialize(shape, random), shape, true);
    const bound = 1 / Math.sqrt(kernelSize * kernelSize * inputs);
    this.bias = bias ? variableOf<tf.Rank.R1>(uniform(bound)([outputs], random), [outputs], true) : null;
    this.weights = this.bias ? { weight: this.weight, bias: this.bias } : { weight: this.weight };
    this.spectralNorm = spectralNorm && new SpectralNorm(outputs, 1, random, spectralNorm);
    this.state = this.spectralNorm?.state ?? {};
    this.resample = resample;
    this.fused = fusedScale;
  }

  /** The weight that inputs meet: over its largest singular value where there is spectral norm. */
  effectiveWeight(ctx: CallContext): tf.Tensor4D {
    return this.spectralNorm?.normalize(this.weight, ctx) ?? this.weight;
  }

  /** @param x - [B, H, W, in]; @returns [B, H', W', out] with H' = H, 2H (up) or H / 2 (down) */
  call(x: tf.Tensor4D, ctx: CallContext): tf.Tensor4D {
    const weight = this.effectiveWeight(ctx);
    const y = this.convolve(x, weight);
    return this.bias ? addBias(y, this.bias) : y;
  }

  private convolve(x: tf.Tensor4D, weight: tf.Tensor4D): tf.Tensor4D {
    switch (this.resample) {
      case 'up':
        return upsampleConv2d(x, weight, { fused: this.fused });
      case 'down':
        return convPool2d(x, weight, { fused: this.fused });
      case 'none':
        return conv2d(x, weight);
    }
  }
}
