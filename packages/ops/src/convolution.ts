import * as tf from '@tensorflow/tfjs';
import { GanymedeError } from '@ganymede/core';
import { differentiable } from './differentiable.js';

export interface Conv2dOptions {
  /** Pixels between two positions of the kernel, the same in both directions. */
  readonly stride?: number;
}

type Shape4D = [number, number, number, number];

const attributes = (stride: number): tf.NamedAttrMap => ({
  strides: [stride, stride],
  pad: 'same',
  dataFormat: 'NHWC',
  dilations: [1, 1],
});

/**
 * 2-D convolution (cross-correlation) with zero padding to `ceil(size / stride)`, differentiable any number of times.
 *
 * tfjs's own `conv2d` has no gradient for its filter gradient. Here the three operations (convolution, its input
 * gradient, its filter gradient) are linear in each of their two arguments, and the gradients of each are the other two.
 *
 * @param x - [B, H, W, in]
 * @param filter - [kh, kw, in, out]
 * @returns [B, ceil(H / stride), ceil(W / stride), out]
 * @throws CONV_SHAPE when the channels of `x` and `filter` differ
 */
export function conv2d(x: tf.Tensor4D, filter: tf.Tensor4D, { stride = 1 }: Conv2dOptions = {}): tf.Tensor4D {
  if (x.rank !== 4 || filter.rank !== 4 || x.shape[3] !== filter.shape[2]) {
    throw new GanymedeError(
      'CONV_SHAPE',
      `conv2d: expected x [B, H, W, in] and filter [kh, kw, in, out], got [${x.shape.join(', ')}] and [${filter.shape.join(', ')}]`,
      { kind: 'failed' },
    );
  }
  return differentiable<tf.Tensor4D>(
    { x, filter },
    (save) => {
      save([x, filter]);
      return tf.conv2d(x, filter, stride, 'same');
    },
    (dy, saved) => {
      const [x, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
      return {
        x: () => conv2dInputGradient(dy, filter, x.shape, stride),
        filter: () => conv2dFilterGradient(x, dy, filter.shape, stride),
      };
    },
  );
}

/**
 * The gradient of {@link conv2d} for its input, also known as transposed convolution.
 *
 * @param dy - [B, ceil(H / stride), ceil(W / stride), out]
 * @param filter - [kh, kw, in, out]
 * @param shape - of the input: [B, H, W, in]
 */
export function conv2dInputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  shape: Shape4D,
  stride: number,
): tf.Tensor4D {
  return differentiable<tf.Tensor4D>(
    { dy, filter },
    (save) => {
      save([dy, filter]);
      return tf
        .engine()
        .runKernel(
          tf.Conv2DBackpropInput,
          { dy, filter },
          { ...attributes(stride), inputShape: shape },
        ) as tf.Tensor4D;
    },
    (ddx, saved) => {
      const [dy, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
      return {
        dy: () => conv2d(ddx, filter, { stride }),
        filter: () => conv2dFilterGradient(ddx, dy, filter.shape, stride),
      };
    },
  );
}

/**
 * The gradient of {@link conv2d} for its filter.
 *
 * @param x - [B, H, W, in]
 * @param dy - [B, ceil(H / stride), ceil(W / stride), out]
 * @param shape - of the filter: [kh, kw, in, out]
 */
export function conv2dFilterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  shape: Shape4D,
  stride: number,
): tf.Tensor4D {
  return differentiable<tf.Tensor4D>(
    { x, dy },
    (save) => {
      save([x, dy]);
      if (shape[0] === 1 && shape[1] === 1 && stride === 1) return positionProduct(x, dy);
      return tf
        .engine()
        .runKernel(
          tf.Conv2DBackpropFilter,
          { x, dy },
          { ...attributes(stride), filterShape: shape },
        ) as tf.Tensor4D;
    },
    (ddfilter, saved) => {
      const [x, dy] = saved as [tf.Tensor4D, tf.Tensor4D];
      return {
        x: () => conv2dInputGradient(dy, ddfilter, x.shape, stride),
        dy: () => conv2d(x, ddfilter, { stride }),
      };
    },
  );
}

/**
 * The filter gradient of a 1x1 kernel, the product over all positions: TensorFlow's bfloat16 kernel of filter gradients
 * takes up to four times as long, and in float32 both take the same time.
 *
 * @param x - [B, H, W, in]; @param dy - [B, H, W, out]; @returns [1, 1, in, out]
 */
function positionProduct(x: tf.Tensor4D, dy: tf.Tensor4D): tf.Tensor4D {
  const [inputs, outputs] = [x.shape[3], dy.shape[3]];
  return tf.tidy(() => {
    const product = tf.matMul(tf.reshape(x, [-1, inputs]), tf.reshape(dy, [-1, outputs]), true);
    return tf.reshape(product, [1, 1, inputs, outputs]);
  });
}
