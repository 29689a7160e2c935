import * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer } from '@ganymede/core';
import { averagePool2, relu } from '@ganymede/ops';
import { Conv2d } from './conv2d.js';
import type { Parameterization } from './parameterization.js';

export interface DiscriminatorBlockOptions {
  /** ReLU before the first convolution; off in the block that sees the image. */
  readonly preactivation?: boolean;
  readonly downsample?: boolean;
  /** Hidden width is that of the output (BigGAN, SAGAN) rather than of the input (SNGAN). */
  readonly wide?: boolean;
  readonly fusedScale?: boolean;
}

/**
 * BigGAN's residual block of the discriminator (arXiv:1809.11096, figure 15c): ReLU, 3x3, ReLU, 3x3, mean of 2x2
 * squares, plus a shortcut. The 1x1 convolution of the shortcut commutes with the mean and is always done after it, on a
 * quarter of the positions.
 *
 * Children, named as in BigGAN-PyTorch: `conv1`, `conv2`, `conv_sc` (where width or size change).
 */
export class DiscriminatorBlock implements Layer<tf.Tensor4D, tf.Tensor4D> {
  readonly children: Record<string, Conv2d>;
  private readonly conv1: Conv2d;
  private readonly conv2: Conv2d;
  private readonly shortcut: Conv2d | null;
  private readonly preactivation: boolean;
  private readonly downsample: boolean;

  constructor(
    inputs: number,
    outputs: number,
    parameterization: Parameterization,
    {
      preactivation = true,
      downsample = true,
      wide = true,
      fusedScale = true,
    }: DiscriminatorBlockOptions = {},
  ) {
    const hidden = wide ? outputs : inputs;
    this.preactivation = preactivation;
    this.downsample = downsample;
    this.conv1 = new Conv2d(inputs, hidden, parameterization);
    this.conv2 = new Conv2d(hidden, outputs, parameterization, {
      resample: downsample ? 'down' : 'none',
      fusedScale,
    });
    this.shortcut =
      inputs !== outputs || downsample
        ? new Conv2d(inputs, outputs, parameterization, { kernelSize: 1 })
        : null;
    this.children = {
      conv1: this.conv1,
      conv2: this.conv2,
      ...(this.shortcut && { conv_sc: this.shortcut }),
    };
  }

  /** @param x - [B, H, W, in]; @returns [B, H / 2, W / 2, out], or [B, H, W, out] without downsampling */
  call(x: tf.Tensor4D, ctx: CallContext): tf.Tensor4D {
    const hidden = relu(this.conv1.call(this.preactivation ? relu(x) : x, ctx));
    const residual = this.conv2.call(hidden, ctx);
    const pooled = this.downsample ? averagePool2(x) : x;
    return tf.add(residual, this.shortcut?.call(pooled, ctx) ?? pooled);
  }
}
