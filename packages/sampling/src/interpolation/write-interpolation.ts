import { writeFileSafely } from '@ganymede/files';
import { extname } from 'node:path';
import sharp from 'sharp';
import { badFormat } from '../errors.js';
import { sheetPixels, sheetPng } from '@ganymede/figures';
import type { InterpolateResult } from './interpolate.js';

const animations = ['.gif', '.webp'] as const;

export interface WriteInterpolationOptions {
  /** Of an animation; 20 by default. */
  readonly framesPerSecond?: number;
}

/**
 * Writes a sheet with a path a row (.png), or an animation in which all paths go to their ends and back, for ever (.gif,
 * .webp).
 * @throws BAD_FORMAT, DISK_FULL, CANNOT_WRITE
 */
export async function writeInterpolation(
  result: InterpolateResult,
  out: string,
  { framesPerSecond = 20 }: WriteInterpolationOptions = {},
): Promise<void> {
  const ending = extname(out).toLowerCase();
  if (ending !== '.png' && !animations.some((one) => one === ending))
    throw badFormat(out, 'png, gif or webp', [ending.slice(1) || 'none']);
  if (ending === '.png') {
    await writeFileSafely(out, await sheetPng(result.images, result.shape, result.steps));
    return;
  }
  const { pixels, height, width, channels, frames } = animationFrames(result);
  const image = sharp(pixels, {
    raw: { width, height: height * frames, channels: channels as 1 | 3 | 4, pageHeight: height },
  });
  const timing = { loop: 0, delay: Array<number>(frames).fill(Math.round(1000 / framesPerSecond)) };
  const animated = ending === '.gif' ? image.gif(timing) : image.webp({ ...timing, lossless: true });
  await writeFileSafely(out, await animated.toBuffer());
}

/** Frames below one another: a frame is all paths at one step; forth and back. */
function animationFrames({ images, shape, paths, steps }: InterpolateResult): {
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly frames: number;
} {
  const size = images.length / (paths * steps);
  const columns = Math.ceil(Math.sqrt(paths));
  const order = [...Array(steps).keys(), ...Array.from({ length: steps - 2 }, (_, i) => steps - 2 - i)];
  const sheets = order.map((step) => {
    const frame = new Uint8Array(paths * size);
    for (let path = 0; path < paths; path++) {
      const from = (path * steps + step) * size;
      frame.set(images.subarray(from, from + size), path * size);
    }
    return sheetPixels(frame, shape, columns);
  });
  const { height, width, channels } = sheets[0]!.shape;
  const pixels = new Uint8Array(sheets.length * height * width * channels);
  sheets.forEach((sheet, i) => pixels.set(sheet.pixels, i * sheet.pixels.length));
  return { pixels, height, width, channels, frames: sheets.length };
}
