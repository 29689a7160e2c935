import { sidesOf, type Resolution } from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { badImages } from './errors.js';
import { resizeMatrix, type Resizer } from './resize-matrix.js';

/** Whether pixels are rounded to 8 bits before they are looked at: saved images are, a generator's are not. */
export type Quantization = 'uint8' | 'none';

/** How far beyond the range rounding may take a value. */
const slack = 1e-3;

/**
 * Refuses pixels of another range than extractors take: 0..255 or 0..1 would be measured without a word, and wrongly.
 * For images on the host, before they become tensors; a compiled extractor cannot look at values.
 * @param pixels - of whole images, several at best: few photographs lack dark pixels
 * @throws BAD_IMAGES beyond [-1, 1], for NaN, and where nothing is below 0, as in 0..1
 */
export function checkImageRange(pixels: Float32Array): void {
  let [least, most] = [Infinity, -Infinity];
  for (const value of pixels) {
    if (Number.isNaN(value)) throw badImages('values in [-1, 1]', 'NaN');
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const isOutside = least < -1 - slack || most > 1 + slack;
  if (isOutside || (least >= 0 && pixels.length > 0))
    throw badImages('values in [-1, 1]', `${least} to ${most}`);
}

/**
 * Images in [-1, 1] to what an extractor looks at: pixels in 0..255, three channels, its size.
 * @param images - [B, H, W, C]; one channel is repeated
 * @param size - pixels a side, or height and width
 * @returns [B, height, width, 3], or the images' own size for the resizer `none`
 * @throws BAD_IMAGES for two or four channels, or another size with `none`
 */
export function prepareImages(
  images: tf.Tensor4D,
  { resizer, quantization, size }: { resizer: Resizer; quantization: Quantization; size: Resolution },
): tf.Tensor4D {
  const [, height, width, channels] = images.shape;
  if (channels !== 1 && channels !== 3) throw badImages('1 or 3 channels', `${channels}`);
  const wanted = sidesOf(size);
  const isWanted = height === wanted.height && width === wanted.width;
  if (resizer === 'none' && !isWanted)
    throw badImages(
      `${wanted.height} x ${wanted.width} pixels, for no resizer was chosen`,
      `${height} x ${width}`,
    );
  return tf.tidy(() => {
    const pixels = pixelsOf(images, quantization);
    const colored = channels === 1 ? tf.tile(pixels, [1, 1, 1, 3]) : pixels;
    if (resizer === 'none' || isWanted) return colored;
    const resized = resizeImages(colored, resizer, [wanted.height, wanted.width]);
    // A cubic overshoots at edges; clean-fid cuts it off. Bilinear stays within its neighbours.
    return resizer === 'clean' ? tf.clipByValue(resized, 0, 255) : resized;
  });
}

/** [-1, 1] to 0..255; rounded as the reference's torchvision saves images: floor(x 127.5 + 128). */
export function pixelsOf(images: tf.Tensor4D, quantization: Quantization): tf.Tensor4D {
  const pixels = images.add(1).mul(127.5) as tf.Tensor4D;
  return quantization === 'none' ? pixels : tf.clipByValue(tf.floor(pixels.add(0.5)), 0, 255);
}

/**
 * Two products of matrices, rows first as PIL does.
 * @param images - [B, H, W, C]
 * @param between - what becomes of each product: PIL rounds images of 8 bits twice
 * @returns [B, height, width, C]
 */
export function resizeImages(
  images: tf.Tensor4D,
  resizer: Exclude<Resizer, 'none'>,
  [toHeight, toWidth]: readonly [number, number],
  between: (pixels: tf.Tensor4D) => tf.Tensor4D = (pixels) => pixels,
): tf.Tensor4D {
  const [batch, height, width, channels] = images.shape;
  const along = tf.tensor2d(resizeMatrix(resizer, width, toWidth), [toWidth, width]);
  const down = tf.tensor2d(resizeMatrix(resizer, height, toHeight), [toHeight, height]);
  // Channels as rows of their own: [B, H, C, W] x [W, toWidth].
  const rows = tf
    .matMul(images.transpose([0, 1, 3, 2]).reshape([-1, width]), along, false, true)
    .reshape<tf.Tensor4D>([batch, height, channels, toWidth]); // [B, H, C, toWidth]
  // The small side is turned, so that the large result lies as it is wanted.
  const sides = between(rows)
    .transpose([0, 1, 3, 2])
    .reshape([batch, height, toWidth * channels]);
  const columns = tf.matMul(down.expandDims(), sides); // [B, toHeight, toWidth C]
  return between(columns.reshape([batch, toHeight, toWidth, channels]));
}
