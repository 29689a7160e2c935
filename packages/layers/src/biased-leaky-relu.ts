import type * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer, NamedVariables } from '@ganymede/core';
import { biasedLeakyRelu, zeros } from '@ganymede/ops';
import type { Parameterization } from './parameterization.js';
import { variableOf } from './variable-of.js';

/**
 * max(v, slope v) of v = x + bias, with a bias per channel that starts at 0 (R3GAN, arXiv:2501.05441): the convolution
 * before it needs none.
 *
 * Weights: `bias` [C].
 */
export class BiasedLeakyRelu implements Layer<tf.Tensor4D, tf.Tensor4D> {
  /** What keeps the variance of its output that of a normal input: sqrt(2 / (1 + slope²)) at the slope of 0.2. */
  static get gain(): number {
    return Math.sqrt(2 / (1 + 0.2 ** 2));
  }

  readonly weights: NamedVariables;
  private readonly bias: tf.Variable<tf.Rank.R1>;

  constructor(
    channels: number,
    { random }: Pick<Parameterization, 'random'>,
    private readonly slope = 0.2,
  ) {
    this.bias = variableOf<tf.Rank.R1>(zeros([channels], random), [channels], true);
    this.weights = { bias: this.bias };
  }

  /** @param x - [B, H, W, C] */
  call(x: tf.Tensor4D, _ctx: CallContext): tf.Tensor4D {
    return biasedLeakyRelu(x, this.bias, this.slope);
  }
}
