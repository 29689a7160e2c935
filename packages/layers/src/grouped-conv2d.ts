import type * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer, NamedVariables } from '@ganymede/core';
import { groupedConv2d } from '@ganymede/ops';
import { variableOf } from './variable-of.js';
import type { Parameterization } from './parameterization.js';

/**
 * Convolution without bias whose channels fall into groups that do not see each other (arXiv:1611.05431), zero padding to
 * the same size.
 *
 * Weights: `weight` [k, k, in / groups, out].
 */
export class GroupedConv2d implements Layer<tf.Tensor4D, tf.Tensor4D> {
  readonly weights: NamedVariables;
  private readonly weight: tf.Variable<tf.Rank.R4>;

  /** @param kernelSize - side of the square kernel, odd */
  constructor(
    inputs: number,
    outputs: number,
    private readonly groups: number,
    { initialize, random }: Pick<Parameterization, 'initialize' | 'random'>,
    { kernelSize = 3 }: { readonly kernelSize?: number } = {},
  ) {
    const shape: [number, number, number, number] = [kernelSize, kernelSize, inputs / groups, outputs];
    this.weight = variableOf<tf.Rank.R4>(initialize(shape, random), shape, true);
    this.weights = { weight: this.weight };
  }

  /**
   * @param x - [B, H, W, in]; @returns [B, H, W, out]
   * @throws GROUPED_CONV_SHAPE
   */
  call(x: tf.Tensor4D, _ctx: CallContext): tf.Tensor4D {
    return groupedConv2d(x, this.weight, { groups: this.groups });
  }
}
