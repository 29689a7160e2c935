import * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer } from '@ganymede/core';
import { averagePool2, leakyRelu } from '@ganymede/ops';
import { Conv2d } from './conv2d.js';
import type { Parameterization } from './parameterization.js';
import { StridedConv2d } from './strided-conv2d.js';

type ImageLayer = Layer<tf.Tensor4D, tf.Tensor4D>;
/** The activation after both goes without saying. */
type Stage = readonly [conv: ImageLayer, norm: ImageLayer | null];

/**
 * FastGAN's way down (arXiv:2101.04775, figure 4): the mean of two paths, a 4x4 convolution of stride 2 and a 3x3 one, and the
 * mean of 2x2 squares and a 1x1 one; no convolution has a bias, after each comes a normalization and a leaky ReLU of 0.2.
 *
 * Children: `conv1`, `conv2`, `direct` and, where there is a normalization, `norm1`, `norm2`, `directNorm`.
 */
export class TwoPathDownBlock implements ImageLayer {
  readonly children: Record<string, ImageLayer>;
  private readonly main: readonly [Stage, Stage];
  private readonly direct: Stage;

  /** @param norm - makes a normalization of so many channels; null for none */
  constructor(
    inputs: number,
    outputs: number,
    parameterization: Parameterization,
    norm: ((channels: number) => ImageLayer) | null,
  ) {
    const normOf = (): ImageLayer | null => norm?.(outputs) ?? null;
    this.main = [
      [new StridedConv2d(inputs, outputs, parameterization), normOf()],
      [new Conv2d(outputs, outputs, parameterization, { bias: false }), normOf()],
    ];
    this.direct = [new Conv2d(inputs, outputs, parameterization, { kernelSize: 1, bias: false }), normOf()];
    const named = [
      ['conv1', 'norm1', this.main[0]],
      ['conv2', 'norm2', this.main[1]],
      ['direct', 'directNorm', this.direct],
    ] as const;
    this.children = Object.fromEntries(
      named.flatMap(([convName, normName, [conv, after]]) => [
        [convName, conv] as const,
        ...(after ? [[normName, after] as const] : []),
      ]),
    );
  }

  /** @param x - [B, H, W, in], H and W even; @returns [B, H / 2, W / 2, out] */
  call(x: tf.Tensor4D, ctx: CallContext): tf.Tensor4D {
    const activated = (h: tf.Tensor4D, [conv, norm]: Stage): tf.Tensor4D => {
      const convolved = conv.call(h, ctx);
      return leakyRelu(norm?.call(convolved, ctx) ?? convolved);
    };
    const main = this.main.reduce(activated, x);
    return tf.mul(tf.add(main, activated(averagePool2(x), this.direct)), 0.5);
  }
}
