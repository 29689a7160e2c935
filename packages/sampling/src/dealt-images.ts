import type { ImageShape } from '@ganymede/core';
import type { ImageGenerator } from '@ganymede/runs';
import { deal, type WorkerGroup } from '@ganymede/workers';

export interface WantedImages {
  /** [N x latentSize] */
  readonly z: Float32Array;
  /** [N], or [N x classes]. */
  readonly conditions: Int32Array | Float32Array;
  readonly count: number;
  readonly shape: ImageShape;
  /** Of the generator: a batch is a piece of the work. */
  readonly batchSize: number;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Images of latents, made by all processes of a group, in the batches in which one process would make them.
 * @returns uint8 [N, H, W, C] in rank 0; none in the others
 * @throws IMAGES_NOT_FINITE; WORKER_FAILED where another process failed
 */
export async function dealtImages(
  images: ImageGenerator,
  group: WorkerGroup,
  { z, conditions, count, shape, batchSize, onProgress }: WantedImages,
): Promise<Uint8Array> {
  if (group.size === 1) return images.generate(z, conditions, onProgress);
  const imageSize = shape.height * shape.width * shape.channels;
  const all = new Uint8Array(group.leads ? count * imageSize : 0);
  const [latentSize, labelSize] = [z.length / count, conditions.length / count];
  const endOf = (piece: number): number => Math.min(count, (piece + 1) * batchSize);
  await deal(group, {
    pieces: Math.ceil(count / batchSize),
    bytes: batchSize * imageSize,
    make: (piece) => {
      const [start, end] = [piece * batchSize, endOf(piece)];
      return images.generate(
        z.subarray(start * latentSize, end * latentSize),
        conditions.subarray(start * labelSize, end * labelSize),
      );
    },
    take: (piece, made) => {
      const [start, end] = [piece * batchSize, endOf(piece)];
      all.set(made.subarray(0, (end - start) * imageSize), start * imageSize);
      onProgress?.(end, count);
    },
  });
  return all;
}
