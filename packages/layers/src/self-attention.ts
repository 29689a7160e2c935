import * as tf from '@tensorflow/tfjs';
import type { CallContext, Layer, NamedVariables } from '@ganymede/core';
import { attention, maxPool2 } from '@ganymede/ops';
import { Conv2d } from './conv2d.js';
import { attentionChannels } from './errors.js';
import { variableOf } from './variable-of.js';
import type { Parameterization } from './parameterization.js';

/**
 * Self-attention over positions (SAGAN, arXiv:1805.08318, as its released code and BigGAN have it): keys and values
 * are max-pooled by 2, and the result is added to the input times a learned gate that starts at 0.
 *
 * Weights: `gamma`, scalar. Children: the 1x1 convolutions without bias `theta` (queries), `phi` (keys), both to C / 8
 * channels, `g` (values, C / 2), `o` (back to C).
 */
export class SelfAttention implements Layer<tf.Tensor4D, tf.Tensor4D> {
  readonly weights: NamedVariables;
  readonly children: { readonly theta: Conv2d; readonly phi: Conv2d; readonly g: Conv2d; readonly o: Conv2d };
  private readonly gamma: tf.Variable<tf.Rank.R0>;

  /** @throws ATTENTION_CHANNELS for fewer than 8 channels */
  constructor(channels: number, parameterization: Parameterization) {
    if (channels < 8) throw attentionChannels(channels);
    const pointwise = (inputs: number, outputs: number): Conv2d =>
      new Conv2d(inputs, outputs, parameterization, { kernelSize: 1, bias: false });
    const queries = Math.floor(channels / 8);
    const values = Math.floor(channels / 2);
    this.gamma = variableOf<tf.Rank.R0>(Float32Array.of(0), [], true);
    this.weights = { gamma: this.gamma };
    this.children = {
      theta: pointwise(channels, queries),
      phi: pointwise(channels, queries),
      g: pointwise(channels, values),
      o: pointwise(values, channels),
    };
  }

  /** @param x - [B, H, W, C], H and W even */
  call(x: tf.Tensor4D, ctx: CallContext): tf.Tensor4D {
    const [batch, height, width] = x.shape;
    const flat = (t: tf.Tensor4D): tf.Tensor3D => tf.reshape(t, [batch, -1, t.shape[3]]);
    const { theta, phi, g, o } = this.children;
    const queries = flat(theta.call(x, ctx)); // [B, HW, C/8]
    const keys = flat(maxPool2(phi.call(x, ctx))); // [B, HW/4, C/8]
    const values = flat(maxPool2(g.call(x, ctx))); // [B, HW/4, C/2]
    const attended = attention(queries, keys, values); // [B, HW, C/2]
    const y = o.call(tf.reshape(attended, [batch, height, width, values.shape[2]]), ctx);
    return tf.add(tf.mul(y, this.gamma), x);
  }
}
