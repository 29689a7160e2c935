import type { ImageShape } from '@ganymede/core';
import type { FeatureReader, ImageSet, ManifestPart } from '@ganymede/evaluation';

/** Where distances between images are measured. */
export interface Space {
  readonly id: 'features' | 'pixels';
  /** Numbers that an image is. */
  readonly size: number;
  /** What a distance is, for people. */
  readonly unit: string;
  /** What it depends on. */
  readonly manifest: ManifestPart;
  /** A Euclidean distance of two rows, as it is told. */
  readonly told: (distance: number) => number;
  /** Every image of a set, in order, as rows of numbers. */
  each(
    set: ImageSet,
    visit: (rows: Float32Array, labels: Int32Array) => Promise<void>,
    tell: (done: number) => void,
    signal?: AbortSignal,
  ): Promise<void>;
}

/** Images that pixels are read of at a time. */
const block = 200;

/** Euclidean distances of an extractor's features. */
export function featureSpace(reader: FeatureReader): Space {
  return {
    id: 'features',
    size: reader.extractor.featureSize,
    unit: 'distance of features',
    manifest: reader.manifest,
    told: (distance) => distance,
    each: (set, visit, tell, signal) =>
      reader.eachBatch(set, [], { onProgress: tell, ...(signal && { signal }) }, ({ features, labels }) =>
        visit(features, labels!),
      ),
  };
}

/** Root mean square differences of channel values, 0 to 255. */
export function pixelSpace({ height, width, channels }: ImageShape): Space {
  const size = height * width * channels;
  return {
    id: 'pixels',
    size,
    unit: 'root mean square difference of values 0 to 255',
    manifest: {},
    // Rows are values / 127.5 - 1: near 0, where float32 products lose least.
    told: (distance) => (127.5 * distance) / Math.sqrt(size),
    each: async (set, visit, tell, signal) => {
      for (let start = 0; start < set.count; start += block) {
        signal?.throwIfAborted();
        const count = Math.min(block, set.count - start);
        const pixels = await set.read(start, count);
        await visit(
          Float32Array.from(pixels, (value) => value / 127.5 - 1),
          set.labels.subarray(start, start + count),
        );
        tell(start + count);
      }
    },
  };
}
