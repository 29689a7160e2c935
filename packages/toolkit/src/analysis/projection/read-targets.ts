import { readFile } from 'node:fs/promises';
import { decodeImage } from '@ganymede/datasets';
import type { ImageShape } from '@ganymede/core';
import { badTarget } from '../../errors.js';

/** What shows through transparent pixels. */
const background = [255, 255, 255] as const;

/**
 * Images of files, cropped and resized as data sets are.
 * @returns uint8 [N, H, W, C]
 * @throws DATASET_BAD_IMAGE naming the file
 */
export async function readTargets(
  paths: readonly string[],
  { height, width, channels }: ImageShape,
): Promise<Uint8Array> {
  const size = height * width * channels;
  const all = new Uint8Array(paths.length * size);
  for (const [i, path] of paths.entries()) {
    try {
      const target = { resolution: height, channels: channels as 1 | 3 | 4, background };
      const { pixels } = await decodeImage(await readFile(path), target);
      all.set(pixels, i * size);
    } catch (error) {
      throw badTarget(path, error);
    }
  }
  return all;
}
