import * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer, LayerNode, NamedVariables } from '@ganymede/core';
import { normal } from '@ganymede/ops';
import { Linear } from './linear.js';
import { variableOf } from './variable-of.js';
import type { Parameterization } from './parameterization.js';

/**
 * Where R3GAN's generator begins (arXiv:2501.05441): an image per channel that is learned, scaled by a linear function of
 * the input.
 *
 * Weights: `basis` [H, W, C], standard normal at first. Children: `linear`, without bias.
 */
export class LearnedBasis implements Layer<tf.Tensor2D, tf.Tensor4D> {
  readonly weights: NamedVariables;
  readonly children: Record<string, LayerNode>;
  private readonly basis: tf.Variable<tf.Rank.R3>;
  private readonly linear: Linear;

  constructor(inputs: number, shape: readonly [number, number, number], parameterization: Parameterization) {
    this.basis = variableOf<tf.Rank.R3>(normal(1)(shape, parameterization.random), [...shape], true);
    this.linear = new Linear(inputs, shape[2], parameterization, { bias: false });
    this.weights = { basis: this.basis };
    this.children = { linear: this.linear };
  }

  /** @param x - [B, in]; @returns [B, H, W, C] */
  call(x: tf.Tensor2D, ctx: CallContext): tf.Tensor4D {
    const scales = this.linear.call(x, ctx); // [B, C]
    return tf.mul(tf.reshape(scales, [-1, 1, 1, scales.shape[1]]), this.basis);
  }
}
