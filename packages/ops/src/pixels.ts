import * as tf from '@tensorflow/tfjs';

/** Whole numbers along the rows and the columns of images, each [1, H, W]. */
export function pixelGrid(
  height: number,
  width: number,
): { readonly y: tf.Tensor3D; readonly x: tf.Tensor3D } {
  const ones = tf.ones([1, height, width]);
  return {
    y: tf.range(0, height).reshape([1, height, 1]).mul(ones),
    x: tf.range(0, width).reshape([1, 1, width]).mul(ones),
  };
}

/**
 * The pixels of images at whole positions, which must lie inside. A gather, so that it is exact in every precision, and its
 * gradients of all orders are gathers and sums of rows.
 * @param images - [B, H, W, C]; @param y - rows, [B, H', W']; @param x - columns, [B, H', W']
 * @returns [B, H', W', C]
 */
export function pixelsAt(images: tf.Tensor4D, y: tf.Tensor, x: tf.Tensor): tf.Tensor4D {
  const [batch, height, width, channels] = images.shape;
  const first = tf
    .range(0, batch)
    .mul(height * width)
    .reshape([batch, 1, 1]);
  const index = first.add(y.mul(width)).add(x).cast('int32');
  const rows = images.reshape([batch * height * width, channels]);
  return tf.gather(rows, index.flatten()).reshape([batch, y.shape[1]!, x.shape[2]!, channels]);
}
