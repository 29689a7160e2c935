import type * as tf from '@tensorflow/tfjs';
import type { Layer, RandomStream } from '@ganymede/core';
import { orthogonal } from '@ganymede/ops';
import { Conv2d } from '../conv2d.js';
import { WrappedLayer, type WrappedLayerArgs } from './wrapped-layer.js';

export interface SpectralNormConv2DArgs extends WrappedLayerArgs {
  /** Output channels. */
  readonly filters: number;
  /** Side of the square kernel; default 3. */
  readonly kernelSize?: number;
  /** Default true. */
  readonly useBias?: boolean;
  /** Rounds of the power method in a call; default 1. */
  readonly powerIterations?: number;
}

/** {@link Conv2d} with spectral norm (arXiv:1802.05957) for `tf.model`: stride 1, padding `same`, [B, H, W, in] to [B, H, W, filters]. */
export class SpectralNormConv2D extends WrappedLayer {
  /** @nocollapse */
  static readonly className = 'SpectralNormConv2D';
  private readonly filters: number;
  private readonly kernelSize: number;
  private readonly useBias: boolean;
  private readonly powerIterations: number;

  constructor(args: SpectralNormConv2DArgs) {
    super(args);
    this.filters = args.filters;
    this.kernelSize = args.kernelSize ?? 3;
    this.useBias = args.useBias ?? true;
    this.powerIterations = args.powerIterations ?? 1;
  }

  protected override make(input: readonly (number | null)[], random: RandomStream): Layer {
    const { filters, kernelSize, useBias, powerIterations } = this;
    const parameterization = { initialize: orthogonal, spectralNorm: { powerIterations }, random };
    return new Conv2d(input.at(-1)!, filters, parameterization, { kernelSize, bias: useBias }) as Layer;
  }

  protected override settings(): tf.serialization.ConfigDict {
    const { filters, kernelSize, useBias, powerIterations } = this;
    return { filters, kernelSize, useBias, powerIterations };
  }

  protected override shapeOfOutput(input: readonly (number | null)[]): (number | null)[] {
    return [...input.slice(0, -1), this.filters];
  }
}
