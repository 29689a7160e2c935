import * as tf from '@tensorflow/tfjs';
import { expectEvenSize } from './average-pool.js';
import { differentiable } from './differentiable.js';

/**
 * Resampling by 2 with the filter [1, 3, 3, 1] / 8 along both axes, zeros outside the image: the tent of bilinear
 * interpolation, as StyleGAN and R3GAN (arXiv:2501.05441) low-pass. The two are each other's gradient but for a factor.
 */

const taps = [1 / 8, 3 / 8, 3 / 8, 1 / 8];
const attributes = { strides: [2, 2], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] };

/**
 * The weighted mean of the 4x4 pixels around each 2x2 square.
 *
 * @param x - [B, H, W, C], H and W even
 * @returns [B, H / 2, W / 2, C]
 * @throws ODD_SIZE
 */
export function tentDownsample2(x: tf.Tensor4D): tf.Tensor4D {
  expectEvenSize('tentDownsample2', x);
  return scaledDown(x, 1);
}

/**
 * Bilinear interpolation at twice the size, into zeros at the border.
 *
 * @param x - [B, H, W, C]
 * @returns [B, 2H, 2W, C]
 */
export function tentUpsample2(x: tf.Tensor4D): tf.Tensor4D {
  return scaledUp(x, 4);
}

function scaledDown(x: tf.Tensor4D, factor: number): tf.Tensor4D {
  return differentiable<tf.Tensor4D>(
    { x },
    () => tf.tidy(() => down(x, factor)),
    (dy) => ({ x: () => scaledUp(dy, factor) }),
  );
}

function scaledUp(x: tf.Tensor4D, factor: number): tf.Tensor4D {
  return differentiable<tf.Tensor4D>(
    { x },
    () => tf.tidy(() => up(x, factor)),
    (dy) => ({ x: () => scaledDown(dy, factor) }),
  );
}

const has = (kernel: string): boolean => tf.getKernel(kernel, tf.getBackend()) !== undefined;

/** [4, 4, C, 1] */
function depthwiseFilter(channels: number, factor: number): tf.Tensor4D {
  const plane = taps.flatMap((row) => taps.map((column) => factor * row * column));
  return tf.tile(tf.tensor4d(plane, [4, 4, 1, 1]), [1, 1, channels, 1]);
}

/** A depthwise convolution of stride 2 where the backend has one: as fast as an addition on TensorFlow. */
function down(x: tf.Tensor4D, factor: number): tf.Tensor4D {
  if (!has(tf.DepthwiseConv2dNative)) {
    return halved(tf.mul(halved(x, 1), factor), 2);
  }
  const filter = depthwiseFilter(x.shape[3], factor);
  return tf.engine().runKernel(tf.DepthwiseConv2dNative, { x, filter }, attributes) as tf.Tensor4D;
}

/** The gradient of that convolution. */
function up(dy: tf.Tensor4D, factor: number): tf.Tensor4D {
  if (!has(tf.DepthwiseConv2dNativeBackpropInput)) {
    return doubled(tf.mul(doubled(dy, 1), factor), 2);
  }
  const [batch, height, width, channels] = dy.shape;
  const filter = depthwiseFilter(channels, factor);
  return tf
    .engine()
    .runKernel(
      tf.DepthwiseConv2dNativeBackpropInput,
      { dy, filter },
      { ...attributes, inputShape: [batch, 2 * height, 2 * width, channels] },
    ) as tf.Tensor4D;
}

type Shape4D = [number, number, number, number];

/** Shape with one axis set. */
function withAxis(shape: readonly number[], axis: number, ...sizes: number[]): number[] {
  return [...shape.slice(0, axis), ...sizes, ...shape.slice(axis + 1)];
}

function padded(x: tf.Tensor4D, axis: number): tf.Tensor4D {
  return tf.pad(
    x,
    x.shape.map((_, i): [number, number] => (i === axis ? [1, 1] : [0, 0])),
  );
}

/** The taps along one axis, every second position. */
function halved(x: tf.Tensor4D, axis: number): tf.Tensor4D {
  const half = x.shape[axis]! / 2;
  const pairs = tf.reshape(padded(x, axis), withAxis(x.shape, axis, half + 1, 2)); // pixels 2i - 1 and 2i
  const tap = (pair: number, member: number): tf.Tensor => {
    const begin = withAxis(
      x.shape.map(() => 0),
      axis,
      pair,
      member,
    );
    return tf.slice(pairs, begin, withAxis(x.shape, axis, half, 1));
  };
  const outer = tf.mul(tf.add(tap(0, 0), tap(1, 1)), taps[0]!);
  const inner = tf.mul(tf.add(tap(0, 1), tap(1, 0)), taps[1]!);
  return tf.reshape(tf.add(outer, inner), withAxis(x.shape, axis, half) as Shape4D);
}

/** The gradient of {@link halved}. */
function doubled(dy: tf.Tensor4D, axis: number): tf.Tensor4D {
  const size = dy.shape[axis]!;
  const wide = padded(dy, axis);
  const from = (start: number): tf.Tensor =>
    tf.slice(
      wide,
      withAxis(
        dy.shape.map(() => 0),
        axis,
        start,
      ),
      dy.shape,
    );
  const [before, here, after] = [from(0), from(1), from(2)];
  const near = tf.mul(here, taps[1]!);
  const even = tf.add(near, tf.mul(before, taps[0]!));
  const odd = tf.add(near, tf.mul(after, taps[0]!));
  return tf.reshape(tf.stack([even, odd], axis + 1), withAxis(dy.shape, axis, 2 * size) as Shape4D);
}
