import * as tf from '@tensorflow/tfjs';

/**
 * The mean over a window at each of its places inside of the map, one pixel apart; differentiable any number of times.
 *
 * A convolution without padding, averaged over its positions, is the product of its kernel with these means, where the window
 * has as many places as the kernel has taps.
 *
 * @param x - [B, H, W, C]
 * @param height - of the window, at most H
 * @param width - of the window, at most W
 * @returns [B, H - height + 1, W - width + 1, C]
 */
export function windowMeans(x: tf.Tensor4D, height: number, width: number): tf.Tensor4D {
  return tf.tidy(() => {
    const ofRows = shiftedSum(x, 1, height);
    return tf.mul(shiftedSum(ofRows, 2, width), 1 / (height * width));
  });
}

/** Sums of `length` neighbours along an axis. */
function shiftedSum(x: tf.Tensor4D, axis: 1 | 2, length: number): tf.Tensor4D {
  const size = [...x.shape] as [number, number, number, number];
  size[axis] -= length - 1;
  const parts = Array.from({ length }, (_, first) => {
    const begin: [number, number, number, number] = [0, 0, 0, 0];
    begin[axis] = first;
    return tf.slice4d(x, begin, size);
  });
  return parts.reduce((sum, part) => tf.add(sum, part));
}
