import * as tf from '@tensorflow/tfjs';
import type { NamedTensors } from '@ganymede/core';
import { bucketsOf } from './gradient-buckets.js';
import type { TrainingRecipe } from './recipe.js';

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
  for (const bucket of bucketsOf(Object.entries(gradients).reverse(), ([, { size }]) => size)) {
    const flat = tf.concat1d(bucket.map(([, gradient]) => gradient.flatten()));
    const parts = tf.split(
      replicas.mean(flat, gradientExchange),
      bucket.map(([, { size }]) => size),
    );
    bucket.forEach(([name, { shape }], i) => (mean[name] = parts[i]!.reshape(shape)));
  }
  return Object.fromEntries(Object.keys(gradients).map((name) => [name, mean[name]!]));
}
