import * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer, NamedVariables } from '@ganymede/core';
import { groupNorm, type GroupNormOptions } from '@ganymede/ops';
import type { Affine } from './batch-norm.js';
import { conditionOf } from './condition.js';
import { variableOf } from './variable-of.js';

/**
 * Group normalization (arXiv:1803.08494) with a learned gain and bias per channel; see {@link groupNorm}. The same in
 * training and evaluation.
 *
 * Weights: `gain` [C], first 1, and `bias` [C], first 0.
 */
export class GroupNorm implements Layer<tf.Tensor4D, tf.Tensor4D> {
  readonly weights: NamedVariables;
  private readonly gain: tf.Variable<tf.Rank.R1>;
  private readonly bias: tf.Variable<tf.Rank.R1>;

  constructor(
    channels: number,
    private readonly options: GroupNormOptions,
  ) {
    this.gain = variableOf<tf.Rank.R1>(new Float32Array(channels).fill(1), [channels], true);
    this.bias = variableOf<tf.Rank.R1>(new Float32Array(channels), [channels], true);
    this.weights = { gain: this.gain, bias: this.bias };
  }

  /**
   * @param x - [B, H, W, C]
   * @throws GROUP_NORM_GROUPS
   */
  call(x: tf.Tensor4D, _ctx: CallContext): tf.Tensor4D {
    return groupNorm(x, this.gain, this.bias, this.options);
  }
}

/**
 * Group normalization whose gain and bias depend on the condition, as those of {@link ConditionalBatchNorm} do:
 * 1 + gain(condition) and bias(condition).
 *
 * Children: `gain` and `bias`, from the condition [B, size] to [B, C].
 */
export class ConditionalGroupNorm implements Layer<tf.Tensor4D, tf.Tensor4D> {
  readonly children: { readonly gain: Affine; readonly bias: Affine };

  /** @param affine - makes a layer from the condition to `channels` values; called for the gain, then the bias */
  constructor(
    channels: number,
    affine: (channels: number) => Affine,
    private readonly options: GroupNormOptions,
  ) {
    this.children = { gain: affine(channels), bias: affine(channels) };
  }

  /**
   * @param x - [B, H, W, C]
   * @throws MISSING_CONDITION when the call has none
   * @throws GROUP_NORM_GROUPS
   */
  call(x: tf.Tensor4D, ctx: CallContext): tf.Tensor4D {
    const condition = conditionOf('conditional group norm', ctx);
    const gain = tf.add<tf.Tensor2D>(this.children.gain.call(condition, ctx), 1);
    return groupNorm(x, gain, this.children.bias.call(condition, ctx), this.options);
  }
}
