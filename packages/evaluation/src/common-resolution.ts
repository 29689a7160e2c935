import {
  resolutionOf,
  type ComponentChoice,
  type Components,
  type ImageSize,
  type Resolution,
} from '@ganymede/core';
import { dataCache } from '@ganymede/runs';
import { imagesOfOtherSize, resolutionUnknown } from './errors.js';

/**
 * The size of the images, where all images of all sets have one. Others would be cropped and resized before a network
 * resizes them, which is not what a reference does: the user has to ask for it.
 * @throws IMAGE_SIZES_DIFFER; RESOLUTION_UNKNOWN where images of a set have no size of their own
 */
export async function commonResolution(
  container: Components,
  choices: readonly ComponentChoice[],
): Promise<Resolution> {
  let first: ImageSize | null = null;
  for (const choice of choices) {
    const sizes = await container
      .resolve('dataset', choice)
      .sizes?.({ cacheFolder: dataCache(), now: () => container.clock.now() });
    if (sizes === undefined || sizes.length === 0) throw resolutionUnknown(nameOf(choice));
    for (const size of sizes) {
      if (first && (first.width !== size.width || first.height !== size.height))
        throw imagesOfOtherSize(placeOf(choice, size), textOf(first), textOf(size));
      first ??= size;
    }
  }
  return resolutionOf(first!);
}

const nameOf = ({ use, path }: ComponentChoice): string => (typeof path === 'string' ? path : use);
const placeOf = (choice: ComponentChoice, { file }: ImageSize): string => `${nameOf(choice)}: ${file}`;
const textOf = ({ width, height }: ImageSize): string => `${width} x ${height}`;
