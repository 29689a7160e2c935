import { decodeImage, isUnusable } from '@ganymede/images';
import { isProblem, tryReadFile } from '@ganymede/files';
import { resolutionOf, type ImageShape } from '@ganymede/core';
import { badTarget } from '../errors.js';

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
    const target = {
      resolution: resolutionOf({ height, width }),
      channels: channels as 1 | 3 | 4,
      background,
    };
    const bytes = await tryReadFile(path);
    if (isProblem(bytes)) throw badTarget(path, bytes.problem);
    const image = await decodeImage(bytes, target);
    if (isUnusable(image)) throw badTarget(path, image.reason);
    all.set(image.pixels, i * size);
  }
  return all;
}
