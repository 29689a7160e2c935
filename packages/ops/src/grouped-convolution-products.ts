import * as tf from '@tensorflow/tfjs';

/**
 * Grouped convolution of stride 1 with `same` padding, as one product of matrices for each tap of the kernel, batched over
 * groups: for backends without a kernel of their own. These run inside one step of the gradient tape and record nothing.
 */

type Shape4D = [number, number, number, number];

/** [kh, kw, i, G o] to [kh kw, G, i, o]. */
function tapsOf(filter: tf.Tensor4D, groups: number): tf.Tensor4D {
  const [kh, kw, inputs, outputs] = filter.shape;
  const split: tf.Tensor4D = tf.reshape(filter, [kh * kw, inputs, groups, outputs / groups]);
  return tf.transpose(split, [0, 2, 1, 3]);
}

/** [B, H, W, G c] to [G B, H, W, c]: a group's images lie together. */
function byGroup(x: tf.Tensor4D, groups: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const split = tf.reshape(x, [batch, height * width, groups, channels / groups]);
  return tf.reshape(tf.transpose(split, [2, 0, 1, 3]), [groups * batch, height, width, channels / groups]);
}

/** The image that each tap meets, [G, B H W, c], row by row of the kernel. */
function shifts(x: tf.Tensor4D, groups: number, kh: number, kw: number): tf.Tensor3D[] {
  const [, height, width, channels] = x.shape;
  const [up, left] = [(kh - 1) / 2, (kw - 1) / 2];
  const grouped = byGroup(x, groups);
  const padded = tf.pad4d(grouped, [
    [0, 0],
    [up, up],
    [left, left],
    [0, 0],
  ]);
  return Array.from({ length: kh * kw }, (_, tap) => {
    const begin: Shape4D = [0, Math.floor(tap / kw), tap % kw, 0];
    const shifted = tf.slice4d(padded, begin, [grouped.shape[0], height, width, channels / groups]);
    return tf.reshape(shifted, [groups, -1, channels / groups]);
  });
}

/** @param x - [B, H, W, in]; @param filter - [kh, kw, in / groups, out]; @returns [B, H, W, out] */
export function forward(x: tf.Tensor4D, filter: tf.Tensor4D, groups: number): tf.Tensor4D {
  const [batch, height, width] = x.shape;
  const [kh, kw, , outputs] = filter.shape;
  const taps = tf.unstack(tapsOf(filter, groups)) as tf.Tensor3D[]; // each [G, i, o]
  const products = shifts(x, groups, kh, kw).map((shifted, tap) => tf.matMul(shifted, taps[tap]!));
  const sum = tf.reshape(tf.addN(products), [groups, batch, height * width, outputs / groups]);
  return tf.reshape(tf.transpose(sum, [1, 2, 0, 3]), [batch, height, width, outputs]);
}

/** The convolution of `dy` with the kernel that is turned by half a circle and has inputs and outputs exchanged. */
export function inputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, groups: number): tf.Tensor4D {
  const [kh, kw, inputs, outputs] = filter.shape;
  const taps = tf.reverse(tapsOf(filter, groups), 0); // [kh kw, G, i, o]
  const turned = tf.reshape(tf.transpose(taps, [0, 3, 1, 2]), [kh, kw, outputs / groups, groups * inputs]);
  return forward(dy, turned as tf.Tensor4D, groups);
}

/** @param shape - of the filter: [kh, kw, in / groups, out] */
export function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, shape: Shape4D, groups: number): tf.Tensor4D {
  const [kh, kw] = shape;
  const gradient = tf.reshape(byGroup(dy, groups), [groups, -1, dy.shape[3] / groups]); // [G, B H W, o]
  const taps = shifts(x, groups, kh, kw).map((shifted) => tf.matMul(shifted, gradient, true)); // each [G, i, o]
  return tf.reshape(tf.transpose(tf.stack(taps), [0, 2, 1, 3]), shape);
}
