import type * as tf from '@tensorflow/tfjs';
import type { Layer, RandomStream } from '@ganymede/core';
import { orthogonal } from '@ganymede/ops';
import { SelfAttention } from '../self-attention.js';
import { WrappedLayer, type WrappedLayerArgs } from './wrapped-layer.js';

export interface SelfAttention2DArgs extends WrappedLayerArgs {
  /** Of its convolutions; default true. */
  readonly spectralNorm?: boolean;
}

/** {@link SelfAttention} over positions (arXiv:1805.08318) for `tf.model`: [B, H, W, C], H and W even, C at least 8. */
export class SelfAttention2D extends WrappedLayer {
  /** @nocollapse */
  static readonly className = 'SelfAttention2D';
  private readonly spectralNorm: boolean;

  constructor(args: SelfAttention2DArgs = {}) {
    super(args);
    this.spectralNorm = args.spectralNorm ?? true;
  }

  protected override make(input: readonly (number | null)[], random: RandomStream): Layer {
    const spectralNorm = this.spectralNorm ? {} : null;
    return new SelfAttention(input.at(-1)!, { initialize: orthogonal, spectralNorm, random }) as Layer;
  }

  protected override settings(): tf.serialization.ConfigDict {
    return { spectralNorm: this.spectralNorm };
  }
}
