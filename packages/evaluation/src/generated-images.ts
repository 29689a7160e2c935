import type { Prior, Truncation } from '@ganymede/core';
import { drawLatents, type ImageGenerator, type LatentBatch, type OpenedGenerator } from '@ganymede/runs';
import type { ImageSet } from './image-set.js';
import type { SaturationCount } from './truncation/saturation.js';

/** Counts saturated values while images go by. */
export function watched(set: ImageSet, saturation: SaturationCount): ImageSet {
  return {
    ...set,
    read: async (start, count) => {
      const pixels = await set.read(start, count);
      saturation.add(pixels);
      return pixels;
    },
  };
}

type Generating = Pick<OpenedGenerator, 'generator' | 'classes' | 'shape'>;

/** Images of the generator as a set: latents are drawn once, so that batches do not change them. */
export function generatedImages(
  opened: Generating,
  images: ImageGenerator,
  source: Prior | Truncation,
  labels: Int32Array,
  seed: number,
): ImageSet {
  return imagesOfLatents(opened, images, drawLatents(source, labels, opened.generator.latentSize, seed));
}

/** Images of given latents as a set. */
export function imagesOfLatents(
  { generator, classes, shape }: Generating,
  images: ImageGenerator,
  { z, labels }: LatentBatch,
): ImageSet {
  const { latentSize } = generator;
  return {
    count: labels.length,
    imageShape: shape,
    classes,
    labels,
    read: (start, count) =>
      images.generate(
        z.subarray(start * latentSize, (start + count) * latentSize),
        labels.subarray(start, start + count),
      ),
  };
}
