import * as tf from '@tensorflow/tfjs';
import { GanymedeError } from '@ganymede/core';
import { expectAffineShapes, overPositions } from './channel-affine.js';
import { relu } from './relu.js';

export interface GroupNormOptions {
  /** Parts that the channels of a sample fall into; each has a mean and a variance of its own. */
  readonly groups: number;
  /** Added to the variance. */
  readonly epsilon?: number;
  /** Apply max(y, 0) as well. */
  readonly relu?: boolean;
}

/**
 * Group normalization (arXiv:1803.08494): each group of neighbouring channels of each sample is brought to mean 0 and
 * variance 1 over its positions and channels, then scaled and shifted per channel. As many groups as channels make it
 * instance normalization (arXiv:1607.08022), one group layer normalization (arXiv:1607.06450). No sample depends on
 * another, so there is nothing to keep for evaluation.
 *
 * Made of operations whose gradients can be differentiated any number of times.
 *
 * @param x - [B, H, W, C]
 * @param gain - [B, C] or [C]
 * @param bias - of the shape of `gain`
 * @returns [B, H, W, C]
 * @throws GROUP_NORM_SHAPE, GROUP_NORM_GROUPS when the channels do not fall into equal groups
 */
export function groupNorm(
  x: tf.Tensor4D,
  gain: tf.Tensor2D | tf.Tensor1D,
  bias: tf.Tensor2D | tf.Tensor1D,
  { groups, epsilon = 1e-5, relu: rectify = false }: GroupNormOptions,
): tf.Tensor4D {
  expectAffineShapes('groupNorm', x, gain, bias);
  const [batch, height, width, channels] = x.shape;
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
    throw new GanymedeError(
      'GROUP_NORM_GROUPS',
      `groupNorm: expected a number of groups that divides ${channels} channels, got ${groups}`,
      { kind: 'failed' },
    );
  }
  const grouped = tf.reshape(x, [batch, height * width, groups, channels / groups]); // [B, HW, G, C/G]
  const centered = tf.sub(grouped, groupMean(grouped));
  const variance = groupMean(tf.square(centered)); // [B, 1, G, 1]
  const normalized = tf.mul(centered, tf.rsqrt(tf.add(variance, epsilon)));
  const scaled = tf.mul(tf.reshape(normalized, x.shape), overPositions(gain));
  const y = tf.add(scaled, overPositions(bias)) as tf.Tensor4D;
  return rectify ? relu(y) : y;
}

/** [B, HW, G, C/G] to [B, 1, G, 1], one axis after the other: the rounding is that of short sums. */
function groupMean(x: tf.Tensor): tf.Tensor {
  return tf.mean(tf.mean(x, 1, true), 3, true);
}
