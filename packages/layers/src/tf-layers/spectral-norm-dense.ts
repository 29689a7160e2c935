import type * as tf from '@tensorflow/tfjs';
import type { Layer, RandomStream } from '@ganymede/core';
import { orthogonal } from '@ganymede/ops';
import { Linear } from '../linear.js';
import { WrappedLayer, type WrappedLayerArgs } from './wrapped-layer.js';

export interface SpectralNormDenseArgs extends WrappedLayerArgs {
  /** Outputs. */
  readonly units: number;
  /** Default true. */
  readonly useBias?: boolean;
  /** Rounds of the power method in a call; default 1. */
  readonly powerIterations?: number;
}

/** {@link Linear} with spectral norm (arXiv:1802.05957) for `tf.model`: [B, in] to [B, units], no activation. */
export class SpectralNormDense extends WrappedLayer {
  /** @nocollapse */
  static readonly className = 'SpectralNormDense';
  private readonly units: number;
  private readonly useBias: boolean;
  private readonly powerIterations: number;

  constructor(args: SpectralNormDenseArgs) {
    super(args);
    this.units = args.units;
    this.useBias = args.useBias ?? true;
    this.powerIterations = args.powerIterations ?? 1;
  }

  protected override make(input: readonly (number | null)[], random: RandomStream): Layer {
    const { units, useBias, powerIterations } = this;
    const parameterization = { initialize: orthogonal, spectralNorm: { powerIterations }, random };
    return new Linear(input.at(-1)!, units, parameterization, { bias: useBias }) as Layer;
  }

  protected override settings(): tf.serialization.ConfigDict {
    return { units: this.units, useBias: this.useBias, powerIterations: this.powerIterations };
  }

  protected override shapeOfOutput(input: readonly (number | null)[]): (number | null)[] {
    return [input[0]!, this.units];
  }
}
