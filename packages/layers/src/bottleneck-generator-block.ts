import * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer } from '@ganymede/core';
import { upsampleNearest2 } from '@ganymede/ops';
import { Conv2d } from './conv2d.js';
import { bottleneckGeneratorChannels } from './errors.js';
import type { GeneratorBlockOptions } from './generator-block.js';
import type { Parameterization } from './parameterization.js';

type ImageLayer = Layer<tf.Tensor4D, tf.Tensor4D>;

/**
 * BigGAN-deep's residual block (arXiv:1809.11096, figure 16b): norm, ReLU, 1x1 to a quarter of the channels; norm,
 * ReLU, upsample, 3x3; norm, ReLU, 3x3; norm, ReLU, 1x1. The shortcut has no weights: it drops the last channels where
 * the output has fewer, and upsamples.
 *
 * Children, named as in BigGAN-PyTorch: `conv1` to `conv4`, `bn1` to `bn4`.
 */
export class BottleneckGeneratorBlock implements ImageLayer {
  readonly children: Readonly<Record<string, ImageLayer>>;
  private readonly steps: readonly { readonly norm: ImageLayer; readonly conv: Conv2d }[];
  private readonly outputs: number;
  private readonly upsample: boolean;

  /**
   * @param normAndRelu - makes a normalization that ends in a ReLU
   * @throws BOTTLENECK_CHANNELS when there are more outputs than inputs, or fewer than 4 inputs
   */
  constructor(
    inputs: number,
    outputs: number,
    parameterization: Parameterization,
    normAndRelu: (channels: number) => ImageLayer,
    { upsample = false, fusedScale = true }: GeneratorBlockOptions = {},
  ) {
    if (outputs > inputs || inputs < 4) throw bottleneckGeneratorChannels(inputs, outputs);
    this.outputs = outputs;
    this.upsample = upsample;
    const hidden = Math.floor(inputs / 4);
    const convs = [
      new Conv2d(inputs, hidden, parameterization, { kernelSize: 1 }),
      new Conv2d(hidden, hidden, parameterization, { resample: upsample ? 'up' : 'none', fusedScale }),
      new Conv2d(hidden, hidden, parameterization),
      new Conv2d(hidden, outputs, parameterization, { kernelSize: 1 }),
    ];
    const norms = [inputs, hidden, hidden, hidden].map(normAndRelu);
    this.steps = convs.map((conv, i) => ({ norm: norms[i]!, conv }));
    const named = (prefix: string, layers: readonly ImageLayer[]): [string, ImageLayer][] =>
      layers.map((layer, i) => [`${prefix}${i + 1}`, layer]);
    this.children = Object.fromEntries([...named('conv', convs), ...named('bn', norms)]);
  }

  /** @param x - [B, H, W, in]; @returns [B, H, W, out], or [B, 2H, 2W, out] with upsampling */
  call(x: tf.Tensor4D, ctx: CallContext): tf.Tensor4D {
    const residual = this.steps.reduce((h, { norm, conv }) => conv.call(norm.call(h, ctx), ctx), x);
    const kept = this.outputs < x.shape[3] ? tf.slice(x, [0, 0, 0, 0], [-1, -1, -1, this.outputs]) : x;
    return tf.add(residual, this.upsample ? upsampleNearest2(kept) : kept);
  }
}
