import * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer, LayerNode } from '@ganymede/core';
import { heNormal, zeros } from '@ganymede/ops';
import { BiasedLeakyRelu } from './biased-leaky-relu.js';
import { Conv2d } from './conv2d.js';
import { GroupedConv2d } from './grouped-conv2d.js';
import type { Parameterization } from './parameterization.js';

export interface FixupBlockOptions {
  /** Width inside in multiples of the width outside. */
  readonly expansion?: number;
  /** Channels that see each other in the 3x3 convolution; divides the width inside. */
  readonly groupChannels?: number;
  /** Blocks of the whole network, which the first weights are scaled by. */
  readonly networkBlocks: number;
}

/**
 * R3GAN's residual block without normalization (arXiv:2501.05441, section 3.3): 1x1 to the width inside, biased leaky
 * ReLU, grouped 3x3, biased leaky ReLU, 1x1 back, added to the input.
 *
 * Fix-up initialization (arXiv:1901.09321): the last 1x1 starts at 0, the two before it with He's standard deviation times
 * L^(-1/4) for the L blocks of a network, so that an update moves the output as far however deep the network is.
 *
 * Children: `conv1`, `activation1`, `conv2`, `activation2`, `conv3`.
 */
export class FixupBlock implements Layer<tf.Tensor4D, tf.Tensor4D> {
  readonly children: Record<string, LayerNode>;
  private readonly layers: readonly Layer<tf.Tensor4D, tf.Tensor4D>[];

  constructor(
    channels: number,
    { random }: Pick<Parameterization, 'random'>,
    { expansion = 2, groupChannels = 16, networkBlocks }: FixupBlockOptions,
  ) {
    const inside = expansion * channels;
    const gain = BiasedLeakyRelu.gain * networkBlocks ** (-1 / 4);
    const hidden: Parameterization = { initialize: heNormal(gain), spectralNorm: null, random };
    const last: Parameterization = { ...hidden, initialize: zeros };
    const pointwise = { kernelSize: 1, bias: false };
    const conv1 = new Conv2d(channels, inside, hidden, pointwise);
    const activation1 = new BiasedLeakyRelu(inside, hidden);
    const conv2 = new GroupedConv2d(inside, inside, inside / groupChannels, hidden);
    const activation2 = new BiasedLeakyRelu(inside, hidden);
    const conv3 = new Conv2d(inside, channels, last, pointwise);
    this.children = { conv1, activation1, conv2, activation2, conv3 };
    this.layers = [conv1, activation1, conv2, activation2, conv3];
  }

  /** @param x - [B, H, W, C]; @returns [B, H, W, C] */
  call(x: tf.Tensor4D, ctx: CallContext): tf.Tensor4D {
    const branch = this.layers.reduce((h, layer) => layer.call(h, ctx), x);
    return tf.add(x, branch);
  }
}
