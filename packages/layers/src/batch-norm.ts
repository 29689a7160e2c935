import * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer, NamedVariables } from '@ganymede/core';
import { BatchStatistics, type BatchStatisticsOptions } from './batch-statistics.js';
import { conditionOf } from './condition.js';
import { variableOf } from './variable-of.js';

/**
 * Batch normalization (arXiv:1502.03167) with a learned gain and bias per channel. In training the statistics are the
 * batch's; see `BatchStatistics` for the others and for the state.
 *
 * Weights: `gain` [C], first 1, and `bias` [C], first 0.
 */
export class BatchNorm implements Layer<tf.Tensor4D, tf.Tensor4D> {
  readonly weights: NamedVariables;
  readonly state: NamedVariables;
  private readonly gain: tf.Variable<tf.Rank.R1>;
  private readonly bias: tf.Variable<tf.Rank.R1>;
  private readonly statistics: BatchStatistics;

  constructor(channels: number, options: BatchStatisticsOptions = {}) {
    this.gain = variableOf<tf.Rank.R1>(new Float32Array(channels).fill(1), [channels], true);
    this.bias = variableOf<tf.Rank.R1>(new Float32Array(channels), [channels], true);
    this.weights = { gain: this.gain, bias: this.bias };
    this.statistics = new BatchStatistics(channels, options);
    this.state = this.statistics.state;
  }

  /** @param x - [B, H, W, C] */
  call(x: tf.Tensor4D, ctx: CallContext): tf.Tensor4D {
    return this.statistics.normalize(x, this.gain, this.bias, ctx);
  }
}

/**
 * Batch normalization whose gain and bias depend on the condition (arXiv:1707.00683, arXiv:1809.11096):
 * 1 + gain(condition) and bias(condition).
 *
 * Children: `gain` and `bias`, from the condition [B, size] to [B, C].
 */
export class ConditionalBatchNorm implements Layer<tf.Tensor4D, tf.Tensor4D> {
  readonly state: NamedVariables;
  readonly children: { readonly gain: Affine; readonly bias: Affine };
  private readonly statistics: BatchStatistics;

  /** @param affine - makes a layer from the condition to `channels` values; called for the gain, then the bias */
  constructor(channels: number, affine: (channels: number) => Affine, options: BatchStatisticsOptions = {}) {
    this.children = { gain: affine(channels), bias: affine(channels) };
    this.statistics = new BatchStatistics(channels, options);
    this.state = this.statistics.state;
  }

  /**
   * @param x - [B, H, W, C]
   * @throws MISSING_CONDITION when the call has none
   */
  call(x: tf.Tensor4D, ctx: CallContext): tf.Tensor4D {
    const condition = conditionOf('conditional batch norm', ctx);
    const gain = tf.add<tf.Tensor2D>(this.children.gain.call(condition, ctx), 1);
    return this.statistics.normalize(x, gain, this.children.bias.call(condition, ctx), ctx);
  }
}

/** A layer from conditions [B, size] to one value per channel [B, C]. */
export type Affine = Layer<tf.Tensor2D, tf.Tensor2D>;
