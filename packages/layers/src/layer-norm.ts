import type * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer, NamedVariables } from '@ganymede/core';
import type { GroupNormOptions } from '@ganymede/ops';
import type { Affine } from './batch-norm.js';
import { ConditionalGroupNorm, GroupNorm } from './group-norm.js';

export type LayerNormOptions = Omit<GroupNormOptions, 'groups'>;

/**
 * Layer normalization (arXiv:1607.06450) of images: all channels and positions of a sample together, with a learned
 * gain and bias per channel (as compare_gan's `layer_norm` has them, not per position).
 *
 * Weights: `gain` [C], first 1, and `bias` [C], first 0.
 */
export class LayerNorm implements Layer<tf.Tensor4D, tf.Tensor4D> {
  readonly weights: NamedVariables;
  private readonly norm: GroupNorm;

  constructor(channels: number, options: LayerNormOptions = {}) {
    this.norm = new GroupNorm(channels, { ...options, groups: 1 });
    this.weights = this.norm.weights;
  }

  /** @param x - [B, H, W, C] */
  call(x: tf.Tensor4D, ctx: CallContext): tf.Tensor4D {
    return this.norm.call(x, ctx);
  }
}

/**
 * Layer normalization with the gain 1 + gain(condition) and the bias bias(condition).
 *
 * Children: `gain` and `bias`, from the condition [B, size] to [B, C].
 */
export class ConditionalLayerNorm implements Layer<tf.Tensor4D, tf.Tensor4D> {
  readonly children: ConditionalGroupNorm['children'];
  private readonly norm: ConditionalGroupNorm;

  /** @param affine - makes a layer from the condition to `channels` values; called for the gain, then the bias */
  constructor(channels: number, affine: (channels: number) => Affine, options: LayerNormOptions = {}) {
    this.norm = new ConditionalGroupNorm(channels, affine, { ...options, groups: 1 });
    this.children = this.norm.children;
  }

  /**
   * @param x - [B, H, W, C]
   * @throws MISSING_CONDITION when the call has none
   */
  call(x: tf.Tensor4D, ctx: CallContext): tf.Tensor4D {
    return this.norm.call(x, ctx);
  }
}
