import * as tf from '@tensorflow/tfjs';
import type { CallContext, LayerNode } from '@ganymede/core';
import { averagePool2, sigmoid } from '@ganymede/ops';
import { excitationSize } from './errors.js';
import { Linear } from './linear.js';
import type { Parameterization } from './parameterization.js';

/**
 * Skip-layer excitation (FastGAN, arXiv:2101.04775, section 3.1): a map of low resolution says how much each channel of one of
 * high resolution counts,
 *
 *     y = x_high * sigmoid(W2 silu(W1 pool(x_low)))
 *
 * where the pool leaves a grid of 4x4 means, W1 is a convolution of the whole grid and W2 one of the single pixel that is left:
 * linear layers both. The paper writes a leaky ReLU between them; its authors' code has the SiLU (github:odegeasslbc/FastGAN-pytorch,
 * `SEBlock`).
 *
 * Children: `squeeze` [16 in, out] and `excite` [out, out], both without bias.
 */
export class SkipLayerExcitation implements LayerNode {
  readonly children: { readonly squeeze: Linear; readonly excite: Linear };

  /**
   * @param inputs - channels of the low map
   * @param outputs - channels of the high map
   * @param grid - what the low map is pooled to, height and width
   */
  constructor(
    inputs: number,
    outputs: number,
    parameterization: Parameterization,
    private readonly grid: readonly [height: number, width: number] = [4, 4],
  ) {
    const [height, width] = grid;
    this.children = {
      squeeze: new Linear(height * width * inputs, outputs, parameterization, { bias: false }),
      excite: new Linear(outputs, outputs, parameterization, { bias: false }),
    };
  }

  /**
   * @param low - [B, h, w, in], h and w a power of two times the grid
   * @param high - [B, H, W, out]
   * @returns [B, H, W, out]
   * @throws EXCITATION_SIZE
   */
  call(low: tf.Tensor4D, high: tf.Tensor4D, ctx: CallContext): tf.Tensor4D {
    const { squeeze, excite } = this.children;
    const squeezed = squeeze.call(tf.reshape(this.pooled(low), [low.shape[0], -1]), ctx); // [B, out]
    const gates = sigmoid(excite.call(tf.mul(squeezed, sigmoid(squeezed)), ctx)); // [B, out]
    return tf.mul(high, tf.reshape(gates, [high.shape[0], 1, 1, high.shape[3]]));
  }

  /** Means over equal parts of the map: torch's adaptive pooling, where the grid divides it. */
  private pooled(low: tf.Tensor4D): tf.Tensor4D {
    const [height, width] = this.grid;
    const halvings = Math.log2(low.shape[1] / height);
    if (!Number.isInteger(halvings) || halvings < 0 || low.shape[2] !== width * 2 ** halvings)
      throw excitationSize(this.grid, low.shape);
    return Array.from({ length: halvings }).reduce<tf.Tensor4D>((map) => averagePool2(map), low);
  }
}
