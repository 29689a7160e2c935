import * as tf from '@tensorflow/tfjs';
import { expectEvenSize } from './average-pool.js';

/**
 * Every second pixel of every second row, the first ones: nearest downsampling by 2, as torch's `interpolate` does it. Slices,
 * so that it is differentiable any number of times.
 *
 * @param x - [B, H, W, C], H and W even
 * @returns [B, H / 2, W / 2, C]
 * @throws ODD_SIZE
 */
export function everySecond(x: tf.Tensor4D): tf.Tensor4D {
  expectEvenSize('everySecond', x);
  const [batch, height, width, channels] = x.shape;
  return tf.tidy(() => {
    const [rows, columns] = [height / 2, width / 2];
    const pairsOfRows = tf.reshape(x, [batch, rows, 2 * width * channels]);
    const upper = tf.slice(pairsOfRows, [0, 0, 0], [batch, rows, width * channels]);
    const pairsOfPixels = tf.reshape(upper, [batch, rows * columns, 2 * channels]);
    const left = tf.slice(pairsOfPixels, [0, 0, 0], [batch, rows * columns, channels]);
    return tf.reshape(left, [batch, rows, columns, channels]);
  });
}
