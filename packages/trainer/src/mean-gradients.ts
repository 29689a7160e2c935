import * as tf from '@tensorflow/tfjs';
import type { NamedTensors } from '@ganymede/core';
import type { TrainingRecipe } from './recipe.js';

/** Float32 numbers that are exchanged at once, 4 MB: one message costs more time than its bytes below, and cannot overlap above. */
const bucketNumbers = 1 << 20;

/**
 * Gradients as the mean over replicas, by name. They travel in buckets of several weights, the last layers first: theirs are
 * known first in the backward pass, and the engine sends a bucket while it computes the next.
 */
export function meanGradients(
  gradients: NamedTensors,
  { replicas, gradientExchange }: Pick<TrainingRecipe, 'replicas' | 'gradientExchange'>,
): NamedTensors {
  if (!replicas || replicas.size === 1) return gradients;
  const mean: NamedTensors = {};
  for (const bucket of bucketsOf(Object.entries(gradients).reverse())) {
    const flat = tf.concat1d(bucket.map(([, gradient]) => gradient.flatten()));
    const parts = tf.split(
      replicas.mean(flat, gradientExchange),
      bucket.map(([, { size }]) => size),
    );
    bucket.forEach(([name, { shape }], i) => (mean[name] = parts[i]!.reshape(shape)));
  }
  return Object.fromEntries(Object.keys(gradients).map((name) => [name, mean[name]!]));
}

type Entry = readonly [name: string, gradient: tf.Tensor];

/** One larger than a bucket travels alone. */
function bucketsOf(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const buckets: Entry[][] = [];
  let left = 0;
  for (const entry of entries) {
    const { size } = entry[1];
    if (size > left) {
      buckets.push([]);
      left = bucketNumbers;
    }
    buckets.at(-1)!.push(entry);
    left -= size;
  }
  return buckets;
}
