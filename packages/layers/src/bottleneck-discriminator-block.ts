import * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer } from '@ganymede/core';
import { averagePool2, relu } from '@ganymede/ops';
import { Conv2d } from './conv2d.js';
import { bottleneckDiscriminatorChannels } from './errors.js';
import type { Parameterization } from './parameterization.js';

/**
 * BigGAN-deep's residual block of the discriminator (arXiv:1809.11096, figure 16c): ReLU, 1x1 to a quarter of the
 * output's channels; ReLU, 3x3; ReLU, 3x3; ReLU, mean of 2x2 squares, 1x1. The shortcut pools, and where the output has
 * more channels appends what is missing by a 1x1 convolution.
 *
 * Children, named as in BigGAN-PyTorch: `conv1` to `conv4`, `conv_sc` (where the width grows).
 */
export class BottleneckDiscriminatorBlock implements Layer<tf.Tensor4D, tf.Tensor4D> {
  readonly children: Readonly<Record<string, Conv2d>>;
  private readonly convs: readonly [Conv2d, Conv2d, Conv2d, Conv2d];
  private readonly growth: Conv2d | null;
  private readonly downsample: boolean;

  /** @throws BOTTLENECK_CHANNELS when there are fewer outputs than inputs, or fewer than 4 outputs */
  constructor(
    inputs: number,
    outputs: number,
    parameterization: Parameterization,
    { downsample = false }: { readonly downsample?: boolean } = {},
  ) {
    if (outputs < inputs || outputs < 4) throw bottleneckDiscriminatorChannels(inputs, outputs);
    this.downsample = downsample;
    const hidden = Math.floor(outputs / 4);
    const pointwise = (from: number, to: number): Conv2d =>
      new Conv2d(from, to, parameterization, { kernelSize: 1 });
    this.convs = [
      pointwise(inputs, hidden),
      new Conv2d(hidden, hidden, parameterization),
      new Conv2d(hidden, hidden, parameterization),
      pointwise(hidden, outputs),
    ];
    this.growth = outputs > inputs ? pointwise(inputs, outputs - inputs) : null;
    this.children = Object.fromEntries([
      ...this.convs.map((conv, i) => [`conv${i + 1}`, conv] as const),
      ...(this.growth ? [['conv_sc', this.growth] as const] : []),
    ]);
  }

  /** @param x - [B, H, W, in]; @returns [B, H, W, out], or [B, H / 2, W / 2, out] with downsampling */
  call(x: tf.Tensor4D, ctx: CallContext): tf.Tensor4D {
    const [first, second, third, last] = this.convs;
    const pool = (t: tf.Tensor4D): tf.Tensor4D => (this.downsample ? averagePool2(t) : t);
    const hidden = [first, second, third].reduce((h, conv) => conv.call(relu(h), ctx), x);
    const residual = last.call(pool(relu(hidden)), ctx);
    const direct = pool(x);
    const shortcut = this.growth ? tf.concat([direct, this.growth.call(direct, ctx)], 3) : direct;
    return tf.add(residual, shortcut);
  }
}
