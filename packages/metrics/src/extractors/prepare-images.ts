import * as tf from '@tensorflow/tfjs';
import { badImages } from '../errors.js';
import { resizeMatrix, type Resizer } from './resize-matrix.js';

/** Whether pixels are rounded to 8 bits before they are looked at: saved images are, a generator's are not. */
export type Quantization = 'uint8' | 'none';

/**
 * Images in [-1, 1] to what an extractor looks at: pixels in 0..255, three channels, its size.
 * @param images - [B, H, W, C]; one channel is repeated
 * @returns [B, size, size, 3], or the images' own size for the resizer `none`
 * @throws BAD_IMAGES for two or four channels, or another size with `none`
 */
export function prepareImages(
  images: tf.Tensor4D,
  { resizer, quantization, size }: { resizer: Resizer; quantization: Quantization; size: number },
): tf.Tensor4D {
  const [, height, width, channels] = images.shape;
  if (channels !== 1 && channels !== 3) throw badImages('1 or 3 channels', `${channels}`);
  if (resizer === 'none' && (height !== size || width !== size))
    throw badImages(`${size} x ${size} pixels, for no resizer was chosen`, `${height} x ${width}`);
  return tf.tidy(() => {
    const pixels = pixelsOf(images, quantization);
    const colored = channels === 1 ? tf.tile(pixels, [1, 1, 1, 3]) : pixels;
    if (resizer === 'none' || (height === size && width === size)) return colored;
    const resized = resize(colored, resizer, size);
    // A cubic overshoots at edges; clean-fid cuts it off. Bilinear stays within its neighbours.
    return resizer === 'clean' ? tf.clipByValue(resized, 0, 255) : resized;
  });
}

/** [-1, 1] to 0..255; rounded as the reference's torchvision saves images: floor(x 127.5 + 128). */
function pixelsOf(images: tf.Tensor4D, quantization: Quantization): tf.Tensor4D {
  const pixels = images.add(1).mul(127.5) as tf.Tensor4D;
  return quantization === 'none' ? pixels : tf.clipByValue(tf.floor(pixels.add(0.5)), 0, 255);
}

/** Two products of matrices, rows first as PIL does. */
function resize(images: tf.Tensor4D, resizer: Exclude<Resizer, 'none'>, size: number): tf.Tensor4D {
  const [batch, height, width, channels] = images.shape;
  const along = tf.tensor2d(resizeMatrix(resizer, width, size), [size, width]);
  const down = tf.tensor2d(resizeMatrix(resizer, height, size), [size, height]);
  // Channels as rows of their own: [B, H, C, W] x [W, size].
  const rows = tf
    .matMul(images.transpose([0, 1, 3, 2]).reshape([-1, width]), along, false, true)
    .reshape([batch, height, channels, size]); // [B, H, C, size]
  // The small side is turned, so that the large result lies as it is wanted.
  const sides = rows.transpose([0, 1, 3, 2]).reshape([batch, height, size * channels]);
  return tf.matMul(down.expandDims(), sides).reshape([batch, size, size, channels]); // [B, H, W, C]
}
