import type { ImageShape } from '@ganymede/core';

export type ImageFormat = 'uint8' | 'float32';

/**
 * Mirrors images in place, left to right.
 * @param images - uint8 [flips.length, H, W, C]
 * @param flips - 1 where the image is to be mirrored
 */
export function mirrorImages(
  images: Uint8Array,
  flips: Uint8Array,
  { height, width, channels }: ImageShape,
): void {
  for (let image = 0; image < flips.length; image++) {
    if (flips[image] === 0) continue;
    for (let row = 0; row < height; row++) {
      let left = (image * height + row) * width * channels;
      let right = left + (width - 1) * channels;
      for (; left < right; left += channels, right -= channels) {
        for (let channel = 0; channel < channels; channel++) {
          const held = images[left + channel]!;
          images[left + channel] = images[right + channel]!;
          images[right + channel] = held;
        }
      }
    }
  }
}

/** uint8 in 0..255 to float32 in [-1, 1]: v / 127.5 - 1. */
export function normalizeImages(images: Uint8Array): Float32Array {
  const out = new Float32Array(images.length);
  for (let i = 0; i < images.length; i++) out[i] = images[i]! / 127.5 - 1;
  return out;
}
