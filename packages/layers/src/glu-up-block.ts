import type * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer } from '@ganymede/core';
import { glu } from '@ganymede/ops';
import { Conv2d } from './conv2d.js';
import type { Parameterization } from './parameterization.js';

type ImageLayer = Layer<tf.Tensor4D, tf.Tensor4D>;

export interface GluUpBlockOptions {
  /** 3x3 convolutions, the first of which upsamples; 1 by default. */
  readonly convolutions?: 1 | 2;
  readonly fusedScale?: boolean;
}

/**
 * FastGAN's way up (arXiv:2101.04775, figure 3): nearest upsampling by 2, then once or twice a 3x3 convolution without bias, a
 * normalization and a gated linear unit, which halves the channels.
 *
 * Children: `conv1`, `norm1`, and with two convolutions `conv2`, `norm2`.
 */
export class GluUpBlock implements ImageLayer {
  readonly children: Record<string, ImageLayer>;
  private readonly stages: readonly { readonly conv: Conv2d; readonly norm: ImageLayer }[];

  /** @param norm - makes a normalization of so many channels */
  constructor(
    inputs: number,
    outputs: number,
    parameterization: Parameterization,
    norm: (channels: number) => ImageLayer,
    { convolutions = 1, fusedScale = true }: GluUpBlockOptions = {},
  ) {
    this.stages = Array.from({ length: convolutions }, (_, i) => ({
      conv: new Conv2d(i === 0 ? inputs : outputs, 2 * outputs, parameterization, {
        bias: false,
        fusedScale,
        resample: i === 0 ? 'up' : 'none',
      }),
      norm: norm(2 * outputs),
    }));
    this.children = Object.fromEntries<ImageLayer>(
      this.stages.flatMap(({ conv, norm }, i) => [
        [`conv${i + 1}`, conv] as const,
        [`norm${i + 1}`, norm] as const,
      ]),
    );
  }

  /** @param x - [B, H, W, in]; @returns [B, 2H, 2W, out] */
  call(x: tf.Tensor4D, ctx: CallContext): tf.Tensor4D {
    return this.stages.reduce((h, { conv, norm }) => glu(norm.call(conv.call(h, ctx), ctx)), x);
  }
}
