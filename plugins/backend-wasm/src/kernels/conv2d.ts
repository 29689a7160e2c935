import * as tf from '@tensorflow/tfjs';
import type { ConvolutionAttributes } from './convolution-geometry.js';
import type { ComposedKernel } from './kernel.js';

/**
 * Convolution that is right at strides larger than the kernel: where the last positions reach no pixel, XNNPACK's own
 * count of `same` padding goes below zero and tfjs-wasm gives zeros without a word.
 */
export const conv2d: ComposedKernel = {
  kernelName: tf.Conv2D,
  compute: (inputs, attrs, stock) => {
    const { x, filter } = inputs as { x: tf.Tensor4D; filter: tf.Tensor4D };
    const { strides, pad, dilations } = attrs as unknown as ConvolutionAttributes & {
      dilations: number | [number, number];
    };
    const [strideHeight, strideWidth] = typeof strides === 'number' ? [strides, strides] : strides;
    const [height, width] = filter.shape;
    if (pad !== 'same' || (strideHeight <= height && strideWidth <= width)) return stock(inputs, attrs);
    const { padInfo } = tf.backend_util.computeConv2DInfo(x.shape, filter.shape, strides, dilations, pad);
    const explicit: tf.backend_util.ExplicitPadding = [
      [0, 0],
      [padInfo.top, padInfo.bottom],
      [padInfo.left, padInfo.right],
      [0, 0],
    ];
    return stock(inputs, { ...attrs, pad: explicit });
  },
};
