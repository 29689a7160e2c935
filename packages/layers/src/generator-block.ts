import * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer } from '@ganymede/core';
import { upsampleNearest2 } from '@ganymede/ops';
import { Conv2d } from './conv2d.js';
import type { Parameterization } from './parameterization.js';

export interface GeneratorBlockOptions {
  readonly upsample?: boolean;
  readonly fusedScale?: boolean;
}

/**
 * BigGAN's residual block (arXiv:1809.11096, figure 15b): norm, ReLU, upsample, 3x3, norm, ReLU, 3x3, plus a shortcut.
 * The 1x1 convolution of the shortcut commutes with nearest upsampling and is done before it, on a quarter of the
 * positions.
 *
 * Children, named as in BigGAN-PyTorch: `conv1`, `conv2`, `conv_sc` (where width or size change), `bn1`, `bn2`.
 */
export class GeneratorBlock implements Layer<tf.Tensor4D, tf.Tensor4D> {
  readonly children: Record<string, Layer<tf.Tensor4D, tf.Tensor4D>>;
  private readonly conv1: Conv2d;
  private readonly conv2: Conv2d;
  private readonly shortcut: Conv2d | null;
  private readonly norm1: Layer<tf.Tensor4D, tf.Tensor4D>;
  private readonly norm2: Layer<tf.Tensor4D, tf.Tensor4D>;
  private readonly upsample: boolean;

  /** @param normAndRelu - makes a normalization that ends in a ReLU */
  constructor(
    inputs: number,
    outputs: number,
    parameterization: Parameterization,
    normAndRelu: (channels: number) => Layer<tf.Tensor4D, tf.Tensor4D>,
    { upsample = true, fusedScale = true }: GeneratorBlockOptions = {},
  ) {
    this.upsample = upsample;
    this.conv1 = new Conv2d(inputs, outputs, parameterization, {
      resample: upsample ? 'up' : 'none',
      fusedScale,
    });
    this.conv2 = new Conv2d(outputs, outputs, parameterization);
    this.shortcut =
      inputs !== outputs || upsample
        ? new Conv2d(inputs, outputs, parameterization, { kernelSize: 1 })
        : null;
    this.norm1 = normAndRelu(inputs);
    this.norm2 = normAndRelu(outputs);
    this.children = {
      conv1: this.conv1,
      conv2: this.conv2,
      ...(this.shortcut && { conv_sc: this.shortcut }),
      bn1: this.norm1,
      bn2: this.norm2,
    };
  }

  /** @param x - [B, H, W, in]; @returns [B, 2H, 2W, out], or [B, H, W, out] without upsampling */
  call(x: tf.Tensor4D, ctx: CallContext): tf.Tensor4D {
    const hidden = this.conv1.call(this.norm1.call(x, ctx), ctx);
    const residual = this.conv2.call(this.norm2.call(hidden, ctx), ctx);
    const direct = this.shortcut?.call(x, ctx) ?? x;
    return tf.add(residual, this.upsample ? upsampleNearest2(direct) : direct);
  }
}
