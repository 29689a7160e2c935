import * as tf from '@tensorflow/tfjs';
import type { ComposedKernel } from './kernel.js';

interface PoolAttributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'same' | 'valid' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * The gradient of max pooling: every entry of dy goes to the first maximum of its window, as in TensorFlow.
 * tfjs-wasm 4.22 has a kernel that gives wrong values; this one is on the host, where attention's small maps are cheap.
 */
export const maxPoolGradient: ComposedKernel = {
  kernelName: tf.MaxPoolGrad,
  compute: (inputs, attrs) => {
    const { dy, input } = inputs as { dy: tf.Tensor4D; input: tf.Tensor4D };
    const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as PoolAttributes;
    const info = tf.backend_util.computePool2DInfo(input.shape, filterSize, strides, 1, pad, dimRoundingMode);
    const x = input.dataSync();
    const gradient = dy.dataSync();
    const dx = new Float32Array(x.length);
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, strideHeight, strideWidth } = info;
    let next = 0;
    for (let b = 0; b < batchSize; b++) {
      for (let row = 0; row < outHeight; row++) {
        const [top, bottom] = within(row * strideHeight - info.padInfo.top, info.filterHeight, inHeight);
        for (let column = 0; column < outWidth; column++) {
          const [left, right] = within(column * strideWidth - info.padInfo.left, info.filterWidth, inWidth);
          for (let c = 0; c < inChannels; c++) {
            let place = ((b * inHeight + top) * inWidth + left) * inChannels + c;
            for (let i = top; i < bottom; i++) {
              for (let j = left; j < right; j++) {
                const index = ((b * inHeight + i) * inWidth + j) * inChannels + c;
                if (x[index]! > x[place]!) place = index;
              }
            }
            dx[place]! += gradient[next++]!;
          }
        }
      }
    }
    return tf.tensor(dx, input.shape);
  },
};

/** The part of a window that lies on the image. */
const within = (start: number, size: number, limit: number): [number, number] => [
  Math.max(0, start),
  Math.min(limit, start + size),
];
