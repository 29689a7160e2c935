import type * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer, LayerNode } from '@ganymede/core';
import { BatchNorm, Conv2d, GluUpBlock, type Parameterization } from '@ganymede/layers';
import { tanh } from '@ganymede/ops';

/** Widths of the decoder's blocks in multiples of `channels`; there are no more of them (`SimpleDecoder` of FastGAN's code). */
const widths = [4, 2, 2, 1] as const;

export const mostDoublings = widths.length;

/**
 * FastGAN's decoder of a map of D (arXiv:2101.04775, section 3.2): up-blocks of one convolution, batch norm and a gated linear
 * unit, a 3x3 convolution, tanh. The map comes in as it is, where the authors' code pools it to 8x8 first, which at its sizes it
 * has.
 *
 * Children: `blocks`, `to_image`.
 */
export class ImageDecoder implements Layer<tf.Tensor4D, tf.Tensor4D> {
  readonly children: Record<string, LayerNode>;
  private readonly layers: readonly Layer<tf.Tensor4D, tf.Tensor4D>[];

  /**
   * @param inputs - channels of the map
   * @param doublings - of its size, at most `mostDoublings`
   * @param channels - of the last block
   * @param outputs - channels of images
   */
  constructor(
    inputs: number,
    { doublings, channels, outputs }: { doublings: number; channels: number; outputs: number },
    parameterization: Parameterization,
  ) {
    const after = widths.slice(0, doublings).map((multiple) => multiple * channels);
    const norm = (width: number): BatchNorm => new BatchNorm(width);
    const blocks = after.map(
      (width, i) => new GluUpBlock(after[i - 1] ?? inputs, width, parameterization, norm),
    );
    const toImage = new Conv2d(after.at(-1) ?? inputs, outputs, parameterization, { bias: false });
    this.layers = [...blocks, toImage];
    this.children = {
      blocks: { children: Object.fromEntries(blocks.map((block, i) => [String(i), block])) },
      to_image: toImage,
    };
  }

  /** @param x - [B, h, w, inputs]; @returns images in [-1, 1], [B, 2^doublings h, 2^doublings w, outputs] */
  call(x: tf.Tensor4D, ctx: CallContext): tf.Tensor4D {
    return tanh(this.layers.reduce((h, layer) => layer.call(h, ctx), x));
  }
}
