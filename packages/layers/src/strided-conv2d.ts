import type * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer, NamedVariables } from '@ganymede/core';
import { conv2d, conv2dInputGradient } from '@ganymede/ops';
import type { Parameterization } from './parameterization.js';
import { SpectralNorm } from './spectral-norm.js';
import { variableOf } from './variable-of.js';

/**
 * 4x4 convolution without bias that halves the size, as DCGAN has it (arXiv:1511.06434); torch's stride 2 with a padding of
 * 1. Optionally with spectral norm.
 *
 * Weights: `weight` [4, 4, in, out]. State: that of {@link SpectralNorm}.
 */
export class StridedConv2d implements Layer<tf.Tensor4D, tf.Tensor4D> {
  readonly weights: NamedVariables;
  readonly state: NamedVariables;
  private readonly weight: tf.Variable<tf.Rank.R4>;
  private readonly spectralNorm: SpectralNorm | null;

  constructor(inputs: number, outputs: number, { initialize, spectralNorm, random }: Parameterization) {
    const shape: [number, number, number, number] = [4, 4, inputs, outputs];
    this.weight = variableOf<tf.Rank.R4>(initialize(shape, random), shape, true);
    this.weights = { weight: this.weight };
    this.spectralNorm = spectralNorm && new SpectralNorm(outputs, 1, random, spectralNorm);
    this.state = this.spectralNorm?.state ?? {};
  }

  /** The weight that inputs meet: over its largest singular value where there is spectral norm. */
  effectiveWeight(ctx: CallContext): tf.Tensor4D {
    return this.spectralNorm?.normalize(this.weight, ctx) ?? this.weight;
  }

  /** @param x - [B, H, W, in], H and W even; @returns [B, H / 2, W / 2, out] */
  call(x: tf.Tensor4D, ctx: CallContext): tf.Tensor4D {
    return conv2d(x, this.effectiveWeight(ctx), { stride: 2 });
  }
}

/**
 * The transposed 4x4 convolution without bias that doubles the size (DCGAN's "fractionally-strided" one): the input gradient
 * of {@link StridedConv2d}; torch's `ConvTranspose2d` with stride 2 and a padding of 1.
 *
 * Weights: `weight` [4, 4, out, in].
 */
export class TransposedConv2d implements Layer<tf.Tensor4D, tf.Tensor4D> {
  readonly weights: NamedVariables;
  private readonly weight: tf.Variable<tf.Rank.R4>;

  constructor(
    inputs: number,
    private readonly outputs: number,
    { initialize, random }: Pick<Parameterization, 'initialize' | 'random'>,
  ) {
    const shape: [number, number, number, number] = [4, 4, outputs, inputs];
    this.weight = variableOf<tf.Rank.R4>(initialize(shape, random), shape, true);
    this.weights = { weight: this.weight };
  }

  /** @param x - [B, H, W, in]; @returns [B, 2H, 2W, out] */
  call(x: tf.Tensor4D, _ctx: CallContext): tf.Tensor4D {
    const [batch, height, width] = x.shape;
    return conv2dInputGradient(x, this.weight, [batch, 2 * height, 2 * width, this.outputs], 2);
  }
}
