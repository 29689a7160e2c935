import type * as tf from '@tensorflow/tfjs';
import type { Layer, RandomStream } from '@ganymede/core';
import { orthogonal } from '@ganymede/ops';
import { ConditionalBatchNorm } from '../batch-norm.js';
import { missingCondition } from '../errors.js';
import { Linear } from '../linear.js';
import { WrappedLayer, type WrappedLayerArgs } from './wrapped-layer.js';

export interface ConditionalBatchNormalizationArgs extends WrappedLayerArgs {
  /** Of the layers that give gain and bias; default true. */
  readonly spectralNorm?: boolean;
  /** Weight of a new batch in the running averages: 1 less Keras's momentum; default 0.1. */
  readonly momentum?: number;
  /** Added to variances; default 1e-5. */
  readonly epsilon?: number;
}

/**
 * {@link ConditionalBatchNorm} (arXiv:1809.11096) for `tf.model`, applied to two inputs: images [B, H, W, C] and what they are
 * conditioned on, [B, size], for example an embedding of the class. Gain and bias are linear in it, without biases of their own.
 */
export class ConditionalBatchNormalization extends WrappedLayer {
  /** @nocollapse */
  static readonly className = 'ConditionalBatchNormalization';
  private readonly spectralNorm: boolean;
  private readonly momentum: number;
  private readonly epsilon: number;

  constructor(args: ConditionalBatchNormalizationArgs = {}) {
    super(args);
    this.spectralNorm = args.spectralNorm ?? true;
    this.momentum = args.momentum ?? 0.1;
    this.epsilon = args.epsilon ?? 1e-5;
  }

  /** @throws MISSING_CONDITION where it is applied to one input */
  protected override make(
    input: readonly (number | null)[],
    random: RandomStream,
    condition: readonly (number | null)[] | undefined,
  ): Layer {
    if (condition === undefined) throw missingCondition('conditional batch normalization');
    const spectralNorm = this.spectralNorm ? {} : null;
    const affine = (channels: number): Linear =>
      new Linear(
        condition.at(-1)!,
        channels,
        { initialize: orthogonal, spectralNorm, random },
        { bias: false },
      );
    const { momentum, epsilon } = this;
    return new ConditionalBatchNorm(input.at(-1)!, affine, { momentum, epsilon }) as Layer;
  }

  protected override settings(): tf.serialization.ConfigDict {
    return { spectralNorm: this.spectralNorm, momentum: this.momentum, epsilon: this.epsilon };
  }
}
