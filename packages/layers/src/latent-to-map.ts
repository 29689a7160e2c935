import * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer, NamedVariables } from '@ganymede/core';
import { SpectralNorm } from './spectral-norm.js';
import type { Parameterization } from './parameterization.js';
import { variableOf } from './variable-of.js';

/**
 * A latent's linear map to an image of features, without bias: the transposed convolution of a single pixel with a kernel of the
 * whole image, whose spectral norm it has (torch's `ConvTranspose2d`). `Linear`'s norm would be that of another matrix.
 *
 * Weights: `weight` [in, H W C]. State: that of {@link SpectralNorm}, over [in H W, C].
 */
export class LatentToMap implements Layer<tf.Tensor2D, tf.Tensor4D> {
  readonly weights: NamedVariables;
  readonly state: NamedVariables;
  private readonly weight: tf.Variable<tf.Rank.R2>;
  private readonly spectralNorm: SpectralNorm | null;

  /** @param shape - of the image: [H, W, C] */
  constructor(
    inputs: number,
    private readonly shape: readonly [number, number, number],
    { initialize, spectralNorm, random }: Parameterization,
  ) {
    const [height, width, channels] = shape;
    const size: [number, number] = [inputs, height * width * channels];
    const values = initialize([height, width, inputs, channels], random);
    this.weight = variableOf<tf.Rank.R2>(values, size, true);
    this.weights = { weight: this.weight };
    this.spectralNorm = spectralNorm && new SpectralNorm(channels, 1, random, spectralNorm);
    this.state = this.spectralNorm?.state ?? {};
  }

  /** The weight that inputs meet: over its largest singular value where there is spectral norm. */
  effectiveWeight(ctx: CallContext): tf.Tensor2D {
    if (!this.spectralNorm) return this.weight;
    const kernel = tf.reshape<tf.Rank.R2>(this.weight, [-1, this.shape[2]]);
    return tf.reshape(this.spectralNorm.normalize(kernel, ctx), this.weight.shape);
  }

  /** @param x - [B, in]; @returns [B, H, W, C] */
  call(x: tf.Tensor2D, ctx: CallContext): tf.Tensor4D {
    return tf.reshape(tf.matMul(x, this.effectiveWeight(ctx)), [-1, ...this.shape]);
  }
}
