import * as tf from '@tensorflow/tfjs';
import {
  stateOf,
  type CallContext,
  type LayerNode,
  type NamedVariables,
  type ReplicaGroup,
} from '@ganymede/core';
import { batchNorm, normalizeWith, type BatchNormOptions, type Moments } from '@ganymede/ops';
import { variableOf } from './variable-of.js';

export interface BatchStatisticsOptions extends BatchNormOptions {
  /** Weight of a new batch in the running averages (torch's convention). */
  readonly momentum?: number;
}

const standing = { mean: 'standingMean', variance: 'standingVariance', count: 'standingCount' } as const;

/**
 * Normalization by the statistics that the call asks for, and the keeping of them.
 *
 * State, all float32: `mean` and `variance` [C], running averages (of the unbiased variance, as torch keeps it);
 * `standingMean`, `standingVariance` [C] and `standingCount` [1], sums over the batches of calls with
 * `accumulateStanding` (arXiv:1809.11096, appendix C.1) and their number. Standing sums are kept apart from the running
 * averages, so that sampling with them leaves training as it was.
 *
 * Where a call names `replicas`, the batch's statistics are those of all replicas' batches together (cross-replica batch
 * normalization, arXiv:1809.11096, appendix C), in training and for both averages. Where they are a group of all replicas, the averages
 * take the mean over the groups.
 */
export class BatchStatistics implements LayerNode {
  readonly state: NamedVariables;
  private readonly mean: tf.Variable<tf.Rank.R1>;
  private readonly variance: tf.Variable<tf.Rank.R1>;
  private readonly standingMean: tf.Variable<tf.Rank.R1>;
  private readonly standingVariance: tf.Variable<tf.Rank.R1>;
  private readonly standingCount: tf.Variable<tf.Rank.R1>;
  private readonly momentum: number;

  constructor(
    channels: number,
    private readonly options: BatchStatisticsOptions = {},
  ) {
    const filled = (size: number, value: number): tf.Variable<tf.Rank.R1> =>
      variableOf<tf.Rank.R1>(new Float32Array(size).fill(value), [size], false);
    this.momentum = options.momentum ?? 0.1;
    this.state = {
      mean: (this.mean = filled(channels, 0)),
      variance: (this.variance = filled(channels, 1)),
      [standing.mean]: (this.standingMean = filled(channels, 0)),
      [standing.variance]: (this.standingVariance = filled(channels, 0)),
      [standing.count]: (this.standingCount = filled(1, 0)),
    };
  }

  /**
   * @param x - [B, H, W, C]
   * @param gain - [B, C] or [C]
   * @param bias - of the shape of `gain`
   */
  normalize(
    x: tf.Tensor4D,
    gain: tf.Tensor1D | tf.Tensor2D,
    bias: tf.Tensor1D | tf.Tensor2D,
    ctx: CallContext,
  ): tf.Tensor4D {
    switch (ctx.statistics) {
      case 'batch': {
        const replicas = ctx.replicas ?? this.options.replicas;
        const { value, mean, variance } = batchNorm(x, gain, bias, { ...this.options, replicas });
        if (ctx.accumulateStanding || ctx.updateState) {
          const count = x.shape[0] * x.shape[1] * x.shape[2] * (replicas?.size ?? 1);
          this.keep(ctx, overGroups(mean, variance, replicas), count);
        }
        return value;
      }
      case 'running':
        return normalizeWith(x, gain, bias, { mean: this.mean, variance: this.variance }, this.options);
      case 'standing': {
        const mean = tf.div<tf.Tensor1D>(this.standingMean, this.standingCount);
        const variance = tf.div<tf.Tensor1D>(this.standingVariance, this.standingCount);
        return normalizeWith(x, gain, bias, { mean, variance }, this.options);
      }
    }
  }

  /** @param count - of the values that a channel's statistics are of */
  private keep(ctx: CallContext, { mean, variance }: Moments, count: number): void {
    if (ctx.accumulateStanding) {
      this.standingMean.assign(tf.add(this.standingMean, mean));
      this.standingVariance.assign(tf.add(this.standingVariance, variance));
      this.standingCount.assign(tf.add(this.standingCount, 1));
    }
    if (ctx.updateState) {
      this.mean.assign(this.average(this.mean, mean, 1));
      this.variance.assign(this.average(this.variance, variance, count / Math.max(count - 1, 1)));
    }
  }

  private average(old: tf.Tensor1D, value: tf.Tensor1D, factor: number): tf.Tensor1D {
    return tf.add(tf.mul(old, 1 - this.momentum), tf.mul(value, this.momentum * factor));
  }
}

/** Statistics as they are kept, the same in all replicas: the mean over groups, as if their batches had come one after the other. */
function overGroups(mean: tf.Tensor1D, variance: tf.Tensor1D, group: ReplicaGroup | undefined): Moments {
  if (!group?.all) return { mean, variance };
  const [means, variances] = tf.unstack(group.all.mean(tf.stack([mean, variance])));
  return { mean: means as tf.Tensor1D, variance: variances as tf.Tensor1D };
}

/** Sets the standing sums of a network to zero: call it before accumulating them anew. */
export function resetStandingStatistics(network: LayerNode): void {
  const names = new Set<string>(Object.values(standing));
  for (const [name, variable] of Object.entries(stateOf(network))) {
    if (names.has(name.slice(name.lastIndexOf('.') + 1))) {
      tf.tidy(() => variable.assign(tf.zerosLike(variable)));
    }
  }
}
