import { applyPalette, GIFEncoder, quantize } from 'gifenc';
import type { SampledImages } from './sampler.js';

/** Of an animation, as that of `ganymede interpolate`. */
const framesPerSecond = 20;

/**
 * An animation that goes on for ever, each frame with colours of its own, of which GIF has 256.
 * @param frames - places of the images that each shows, as many in each, side by side in a square
 */
export function gifOf(
  { width, height, pixels }: SampledImages,
  frames: readonly (readonly number[])[],
): Uint8Array<ArrayBuffer> {
  const columns = Math.ceil(Math.sqrt(frames[0]!.length));
  const rows = Math.ceil(frames[0]!.length / columns);
  const [w, h] = [columns * width, rows * height];
  const gif = GIFEncoder();
  for (const places of frames) {
    // What no image covers is black.
    const frame = new Uint8ClampedArray(w * h * 4);
    for (let alpha = 3; alpha < frame.length; alpha += 4) frame[alpha] = 255;
    places.forEach((place, i) => {
      for (let y = 0; y < height; y++) {
        const from = (place * height + y) * width * 4;
        const line = pixels.subarray(from, from + width * 4);
        frame.set(line, ((Math.floor(i / columns) * height + y) * w + (i % columns) * width) * 4);
      }
    });
    const palette = quantize(frame, 256);
    gif.writeFrame(applyPalette(frame, palette), w, h, { palette, delay: 1000 / framesPerSecond });
  }
  gif.finish();
  return gif.bytes();
}
