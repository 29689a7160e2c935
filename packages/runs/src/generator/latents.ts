import { RandomStream, type Prior, type Truncation } from '@ganymede/core';

/** Latents of `count` images and one label each. */
export interface LatentBatch {
  readonly z: Float32Array;
  readonly labels: Int32Array;
}

/**
 * Draws latents for images of the given labels. Each seed gives the same latents on every backend, and the same
 * first images however many are asked for.
 */
export function drawLatents(
  source: Prior | Truncation,
  labels: Int32Array,
  latentSize: number,
  seed: number,
): LatentBatch {
  return { z: source.sample(labels.length, latentSize, RandomStream.create(seed, 'sample-latent')), labels };
}

/** `perClass` images of each of the given classes, class after class. */
export function labelsPerClass(classes: readonly number[], perClass: number): Int32Array {
  return Int32Array.from({ length: classes.length * perClass }, (_, i) => classes[Math.floor(i / perClass)]!);
}
