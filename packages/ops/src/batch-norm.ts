import * as tf from '@tensorflow/tfjs';
import type { ReplicaGroup } from '@ganymede/core';
import { expectAffineShapes, overPositions } from './channel-affine.js';
import { differentiable, recording, stopGradient } from './differentiable.js';
import { pointwise } from './pointwise.js';
import { reluGradient, whereActive } from './relu.js';
import { positionSums } from './position-sums.js';

export interface BatchNormOptions {
  /** Added to the variance. */
  readonly epsilon?: number;
  /** Apply max(y, 0) in the same operation. */
  readonly relu?: boolean;
  /** Take the statistics over the batches of all these replicas together (cross-replica batch normalization). */
  readonly replicas?: ReplicaGroup | undefined;
}

/** Per channel, [C]. */
export interface Moments {
  readonly mean: tf.Tensor1D;
  /** Biased: the sum of squares over the count. */
  readonly variance: tf.Tensor1D;
}

/**
 * Mean and variance of each channel over batch and positions, as constants to every gradient ({@link batchNorm}
 * accounts for them itself). Two passes: the mean of squares minus the squared mean would cancel.
 *
 * @param x - [B, H, W, C]
 */
export function batchMoments(x: tf.Tensor4D, replicas?: ReplicaGroup): Moments {
  const [mean, variance] = stopGradient<[tf.Tensor1D, tf.Tensor1D]>(() => {
    if (tf.getKernel('BatchMoments', tf.getBackend()))
      return overReplicas(
        tf.engine().runKernel('BatchMoments', { x }) as unknown as [tf.Tensor1D, tf.Tensor1D],
        replicas,
      );
    const mean = channelMean(x);
    return overReplicas([mean, channelMean(tf.squaredDifference(x, overPositions(mean)))], replicas);
  });
  return { mean, variance };
}

/** The same on the tape. Not by squaredDifference: tfjs's gradient of it does not sum over what was broadcast. */
function recordedMoments(x: tf.Tensor4D, replicas: ReplicaGroup | undefined): [tf.Tensor1D, tf.Tensor1D] {
  const mean = channelMean(x);
  return overReplicas([mean, channelMean(tf.square(tf.sub(x, overPositions(mean))))], replicas);
}

/**
 * The moments of all replicas' batches together, by one exchange: the mean of the means, and the mean of the variances, each
 * about the common mean.
 */
function overReplicas(
  [mean, variance]: [tf.Tensor1D, tf.Tensor1D],
  replicas: ReplicaGroup | undefined,
): [tf.Tensor1D, tf.Tensor1D] {
  if (!replicas || replicas.size === 1) return [mean, variance];
  const moments = replicas.gather(tf.stack([mean, variance]).expandDims(0)); // [size, 2, C]
  const [means, variances] = tf.unstack(moments, 1) as [tf.Tensor, tf.Tensor]; // [size, C]
  const common = tf.mean<tf.Tensor1D>(means, 0);
  const apart = tf.square(tf.sub(means, common));
  return [common, tf.mean<tf.Tensor1D>(tf.add(variances, apart), 0)];
}

function channelMean(x: tf.Tensor4D): tf.Tensor1D {
  return tf.div(tf.sum(positionSums(x), 0), x.size / x.shape[3]);
}

/**
 * Batch normalization with the statistics of `x` itself (arXiv:1502.03167), then a gain and a bias that may differ
 * per sample (conditional batch normalization): gain * (x - mean) / sqrt(variance + epsilon) + bias.
 *
 * One step on the tape with an analytic gradient in as few passes over activations as it takes; the gradient through
 * the statistics is included, and it can be differentiated again.
 *
 * @param x - [B, H, W, C]
 * @param gain - [B, C] or [C]
 * @param bias - of the shape of `gain`
 * @returns the normalized `value` [B, H, W, C], and the batch's moments [C] for running averages
 * @throws BATCH_NORM_SHAPE
 */
export function batchNorm(
  x: tf.Tensor4D,
  gain: tf.Tensor2D | tf.Tensor1D,
  bias: tf.Tensor2D | tf.Tensor1D,
  { epsilon = 1e-5, relu: rectify = false, replicas }: BatchNormOptions = {},
): Moments & { readonly value: tf.Tensor4D } {
  expectAffineShapes('batchNorm', x, gain, bias);
  const { mean, variance } = batchMoments(x, replicas);
  const value = differentiable<tf.Tensor4D>(
    { x, gain, bias },
    (save) => {
      const y = scaleAndShift(x, gain, bias, mean, variance, epsilon, rectify);
      save(rectify ? [x, gain, mean, variance, y] : [x, gain, mean, variance]);
      return y;
    },
    (dy, saved) => {
      const [x, gain, mean, variance, y] = saved as [
        tf.Tensor4D,
        tf.Tensor,
        tf.Tensor1D,
        tf.Tensor1D,
        tf.Tensor4D | undefined,
      ];
      const [dx, dgain, dbias] = tf.tidy(() => {
        const [m, v] = recording() ? recordedMoments(x, replicas) : [mean, variance];
        return gradients(dy, y, x, gain, m, v, epsilon, replicas);
      });
      return { x: () => dx, gain: () => dgain, bias: () => dbias };
    },
  );
  return { value, mean, variance };
}

/**
 * Batch normalization with given statistics (running averages, standing statistics), which are constants.
 *
 * @param x - [B, H, W, C]
 * @param gain - [B, C] or [C]
 * @param bias - of the shape of `gain`
 * @throws BATCH_NORM_SHAPE
 */
export function normalizeWith(
  x: tf.Tensor4D,
  gain: tf.Tensor2D | tf.Tensor1D,
  bias: tf.Tensor2D | tf.Tensor1D,
  { mean, variance }: Moments,
  { epsilon = 1e-5, relu: rectify = false }: BatchNormOptions = {},
): tf.Tensor4D {
  expectAffineShapes('batchNorm', x, gain, bias);
  return scaleAndShift(x, gain, bias, mean, variance, epsilon, rectify);
}

function scaleAndShift(
  x: tf.Tensor4D,
  gain: tf.Tensor,
  bias: tf.Tensor,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
  epsilon: number,
  rectify: boolean,
): tf.Tensor4D {
  const scale = tf.mul(gain, tf.rsqrt(tf.add(variance, epsilon)));
  const shift = tf.sub(bias, tf.mul(mean, scale));
  return affine(x, overPositions(scale), overPositions(shift), rectify);
}

/** x scale + shift and its ReLU: one pass where no gradient is recorded. */
function affine(x: tf.Tensor4D, scale: tf.Tensor4D, shift: tf.Tensor4D, rectify: boolean): tf.Tensor4D {
  const [y] = pointwise<[tf.Tensor4D]>([x, scale, shift], (x, scale, shift) => {
    const y = tf.add(tf.mul(x!, scale!), shift!) as tf.Tensor4D;
    return [rectify ? tf.relu(y) : y];
  });
  return y;
}

/**
 * With x̂ = (x - mean) r, r = 1 / sqrt(variance + epsilon), e = gain dy, and means over batch and positions:
 * dx = r (e - mean(e) - x̂ mean(e x̂)). Both means follow from the per-sample sums of dy and dy (x - mean) that the
 * gradients of bias and gain need anyway, so that dx is one linear combination of dy, x and 1. With replicas both means are
 * over all of them; the gradients of gain and bias stay this replica's part.
 */
function gradients(
  dOutput: tf.Tensor4D,
  y: tf.Tensor4D | undefined,
  x: tf.Tensor4D,
  gain: tf.Tensor,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
  epsilon: number,
  replicas: ReplicaGroup | undefined,
): [tf.Tensor4D, tf.Tensor, tf.Tensor] {
  const [batch, height, width] = x.shape;
  const count = batch * height * width;
  const perSample = gain.rank === 2;
  const overBatch = (t: tf.Tensor): tf.Tensor => (perSample ? tf.sum(t, 0) : t);
  const sum = (t: tf.Tensor4D): tf.Tensor => {
    const sums = positionSums(t);
    return perSample ? sums : tf.sum(sums, 0);
  };

  const r = tf.rsqrt(tf.add(variance, epsilon)); // [C]
  const [dy, dyx] = slopes(dOutput, y, x, overPositions(mean));
  const dbias = sum(dy); // [B, C] or [C]
  const dgain = tf.mul(sum(dyx), r);
  const meanOf = (t: tf.Tensor): tf.Tensor => tf.div(overBatch(tf.mul(gain, t)), count);
  const [meanE, meanEX] = bothMeans(meanOf(dbias), meanOf(dgain), replicas); // [C]
  const slope = tf.neg(tf.mul(tf.square(r), meanEX)); // [C]
  const constant = tf.neg(tf.add(tf.mul(r, meanE), tf.mul(slope, mean))); // [C]
  const [dx] = pointwise<[tf.Tensor4D]>(
    [dy, x, ...[tf.mul(gain, r), slope, constant].map(overPositions)],
    (dy, x, scale, slope, constant) => [
      tf.add(tf.mul(dy!, scale!), tf.add(tf.mul(x!, slope!), constant!)) as tf.Tensor4D,
    ],
  );
  return [dx, dgain, dbias];
}

/** The means of two tensors of one shape over replicas, by one exchange. */
function bothMeans(
  a: tf.Tensor,
  b: tf.Tensor,
  replicas: ReplicaGroup | undefined,
): readonly [tf.Tensor, tf.Tensor] {
  if (!replicas || replicas.size === 1) return [a, b];
  return tf.unstack(replicas.mean(tf.stack([a, b]))) as [tf.Tensor, tf.Tensor];
}

/** The gradient before the ReLU, and its product with x - mean. */
function slopes(
  dOutput: tf.Tensor4D,
  y: tf.Tensor4D | undefined,
  x: tf.Tensor4D,
  mean: tf.Tensor4D,
): [tf.Tensor4D, tf.Tensor4D] {
  const product = (dy: tf.Tensor, x: tf.Tensor, mean: tf.Tensor): tf.Tensor4D => tf.mul(dy, tf.sub(x, mean));
  if (recording()) {
    const dy = y ? reluGradient(dOutput, y) : dOutput;
    return [dy, product(dy, x, mean)];
  }
  if (!y) {
    const [dyx] = pointwise<[tf.Tensor4D]>([dOutput, x, mean], (dy, x, mean) => [product(dy!, x!, mean!)]);
    return [dOutput, dyx];
  }
  return pointwise<[tf.Tensor4D, tf.Tensor4D]>([dOutput, y, x, mean], (dOutput, y, x, mean) => {
    const dy = whereActive(dOutput!, y!) as tf.Tensor4D;
    return [dy, product(dy, x!, mean!)];
  });
}
