import * as tf from '@tensorflow/tfjs';
import type { Discriminator, DiscriminatorOutput } from '@ganymede/core';
import type { Shown } from '@ganymede/core/discriminator-pass';

/**
 * What a pass of D shows as the columns of one tensor, in which it leaves a function that is differentiated: logits first, then
 * features, then maps in the order of their names.
 */
export interface OutputColumns {
  readonly count: number;
  readonly features: number;
  /** Of one image, by name. */
  readonly maps: readonly (readonly [name: string, shape: readonly [number, number, number]])[];
}

export function outputColumns({ features }: Discriminator, shown: Shown): OutputColumns {
  const size = shown === 'logits' ? 0 : (features?.size ?? 0);
  const shapes = shown === 'maps' ? (features?.maps?.shapes ?? {}) : {};
  const maps = Object.keys(shapes)
    .sort()
    .map((name) => {
      const { height, width, channels } = shapes[name]!;
      return [name, [height, width, channels]] as const;
    });
  return { count: maps.reduce((sum, [, shape]) => sum + volume(shape), 1 + size), features: size, maps };
}

/** @returns [B, count] */
export function toColumns(columns: OutputColumns, output: DiscriminatorOutput): tf.Tensor2D {
  const { logits, features, maps } = output;
  return tf.concat2d(
    [
      tf.expandDims(logits, 1) as tf.Tensor2D,
      ...(features ? [features] : []),
      ...columns.maps.map(([name, shape]) => tf.reshape<tf.Rank.R2>(maps![name]!, [-1, volume(shape)])),
    ],
    1,
  );
}

/** @param matrix - [B, count] */
export function fromColumns(columns: OutputColumns, matrix: tf.Tensor2D): DiscriminatorOutput {
  const lengths = [1, columns.features, ...columns.maps.map(([, shape]) => volume(shape))];
  let first = 0;
  const parts = lengths.map((length) => {
    const begin = first;
    first += length;
    return length === 0 ? null : tf.slice2d(matrix, [0, begin], [matrix.shape[0], length]);
  });
  const maps = columns.maps.map(([name, shape], i) => [
    name,
    tf.reshape<tf.Rank.R4>(parts[i + 2]!, [matrix.shape[0], ...shape]),
  ]);
  return {
    logits: tf.reshape<tf.Rank.R1>(parts[0]!, [matrix.shape[0]]),
    features: parts[1] ?? null,
    maps: maps.length === 0 ? null : (Object.fromEntries(maps) as DiscriminatorOutput['maps']),
  };
}

const volume = ([height, width, channels]: readonly [number, number, number]): number =>
  height * width * channels;
