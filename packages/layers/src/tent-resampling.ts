import type * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer, LayerNode } from '@ganymede/core';
import { tentDownsample2, tentUpsample2 } from '@ganymede/ops';
import { Conv2d } from './conv2d.js';
import type { Parameterization } from './parameterization.js';

type ImageLayer = Layer<tf.Tensor4D, tf.Tensor4D>;

/** A 1x1 convolution where widths differ. */
function widthChange(inputs: number, outputs: number, parameterization: Parameterization): Conv2d | null {
  if (inputs === outputs) return null;
  return new Conv2d(inputs, outputs, parameterization, { kernelSize: 1, bias: false });
}

/**
 * R3GAN's way up (arXiv:2501.05441): a 1x1 convolution where widths differ, then bilinear upsampling by 2.
 *
 * Children: `conv` (where widths differ).
 */
export class TentUpsample implements ImageLayer {
  readonly children: Record<string, LayerNode>;
  private readonly conv: Conv2d | null;

  constructor(inputs: number, outputs: number, parameterization: Parameterization) {
    this.conv = widthChange(inputs, outputs, parameterization);
    this.children = { ...(this.conv && { conv: this.conv }) };
  }

  /** @param x - [B, H, W, in]; @returns [B, 2H, 2W, out] */
  call(x: tf.Tensor4D, ctx: CallContext): tf.Tensor4D {
    return tentUpsample2(this.conv?.call(x, ctx) ?? x);
  }
}

/**
 * R3GAN's way down: the filter [1, 3, 3, 1] and every second pixel, then a 1x1 convolution where widths differ.
 *
 * Children: `conv` (where widths differ).
 */
export class TentDownsample implements ImageLayer {
  readonly children: Record<string, LayerNode>;
  private readonly conv: Conv2d | null;

  constructor(inputs: number, outputs: number, parameterization: Parameterization) {
    this.conv = widthChange(inputs, outputs, parameterization);
    this.children = { ...(this.conv && { conv: this.conv }) };
  }

  /** @param x - [B, H, W, in], H and W even; @returns [B, H / 2, W / 2, out] */
  call(x: tf.Tensor4D, ctx: CallContext): tf.Tensor4D {
    const half = tentDownsample2(x);
    return this.conv?.call(half, ctx) ?? half;
  }
}
