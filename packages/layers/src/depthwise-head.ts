import * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer, LayerNode, NamedVariables } from '@ganymede/core';
import { sumPool } from '@ganymede/ops';
import { Linear } from './linear.js';
import { variableOf } from './variable-of.js';
import type { Parameterization } from './parameterization.js';

/**
 * Where R3GAN's discriminator ends (arXiv:2501.05441): each channel weighted by an image of its own and summed over positions
 * (a depthwise convolution of the whole map), then a linear layer.
 *
 * Weights: `basis` [H, W, C]. Children: `linear`, without bias.
 */
export class DepthwiseHead implements Layer<tf.Tensor4D, tf.Tensor2D> {
  readonly weights: NamedVariables;
  readonly children: Record<string, LayerNode>;
  private readonly basis: tf.Variable<tf.Rank.R3>;
  private readonly linear: Linear;

  /** @param shape - of the map: [H, W, C]; its weights start as those of a kernel with a single input */
  constructor(shape: readonly [number, number, number], outputs: number, parameterization: Parameterization) {
    const [height, width, channels] = shape;
    const values = parameterization.initialize([height, width, 1, channels], parameterization.random);
    this.basis = variableOf<tf.Rank.R3>(values, [...shape], true);
    this.linear = new Linear(channels, outputs, parameterization, { bias: false });
    this.weights = { basis: this.basis };
    this.children = { linear: this.linear };
  }

  /** @param x - [B, H, W, C]; @returns [B, out] */
  call(x: tf.Tensor4D, ctx: CallContext): tf.Tensor2D {
    return this.linear.call(sumPool(tf.mul(x, this.basis) as tf.Tensor4D), ctx);
  }
}
