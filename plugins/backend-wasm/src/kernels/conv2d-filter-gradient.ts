import * as tf from '@tensorflow/tfjs';
import { geometryOf, type Axis, type ConvolutionAttributes } from './convolution-geometry.js';
import type { ComposedKernel } from './kernel.js';

/**
 * The gradient of a convolution for its filter, which tfjs-wasm lacks, as a convolution itself: channels of the input
 * become its batch, the batch becomes its channels, and the gradient of the output is the (large) kernel, dilated by
 * the stride. The one pass over all kernel offsets is what makes it fast: neither a copy per offset nor a product
 * with a transposed operand.
 */
export const conv2dFilterGradient: ComposedKernel = {
  kernelName: tf.Conv2DBackpropFilter,
  compute: (inputs, attrs) => {
    const { x, dy } = inputs as { x: tf.Tensor4D; dy: tf.Tensor4D };
    const attributes = attrs as unknown as ConvolutionAttributes & { filterShape: tf.Tensor4D['shape'] };
    const { height, width } = geometryOf(x.shape, attributes.filterShape, attributes);
    const [, , inChannels, outChannels] = attributes.filterShape;
    if (isPointwise(height) && isPointwise(width)) {
      const rows = tf.transpose(tf.reshape(x, [-1, inChannels])); // [in, B H W]
      return tf.reshape(tf.matMul(rows, tf.reshape(dy, [-1, outChannels])), attributes.filterShape);
    }
    return correlate(x, dy, height, width);
  },
};

const isPointwise = ({ kernel, stride, before, input, output }: Axis): boolean =>
  kernel === 1 && stride === 1 && before === 0 && input === output;

/** [B, H, W, in] and [B, H', W', out] to [kh, kw, in, out]. */
function correlate(x: tf.Tensor4D, dy: tf.Tensor4D, height: Axis, width: Axis): tf.Tensor4D {
  const images = tf.transpose(x, [3, 1, 2, 0]); // [in, H, W, B]
  const kernel = tf.transpose(dy, [1, 2, 0, 3]); // [H', W', B, out]
  const padding: tf.backend_util.ExplicitPadding = [[0, 0], padOf(height), padOf(width), [0, 0]];
  const dilations: [number, number] = [height.stride, width.stride];
  const found = tf.conv2d(images, kernel, 1, padding, 'NHWC', dilations); // [in, >= kh, >= kw, out]
  const [inputs, rows, columns, outputs] = found.shape;
  const exact =
    rows === height.kernel && columns === width.kernel
      ? found
      : tf.slice(found, [0, 0, 0, 0], [inputs, height.kernel, width.kernel, outputs]);
  return tf.transpose(exact, [1, 2, 0, 3]);
}

/** Padding that gives one output per kernel offset; more where the convolution left the last pixels unused. */
function padOf({ input, output, kernel, stride, before }: Axis): [number, number] {
  return [before, Math.max(0, (output - 1) * stride + kernel - input - before)];
}
