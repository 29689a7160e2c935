import { valueAt } from './curve.js';
import type { RunSizes } from './network-sizes.js';
import type { Point } from './quantities.js';

/**
 * Bytes that one process holds whatever its images are: weights, averages, moments and other state; the gradients of the larger
 * network, twice where they are exchanged, once as they are and once in buckets; sums of both networks' gradients where there
 * are several micro-batches.
 */
export function heldBytes(
  { generator, discriminator, stateBytes }: RunSizes,
  accumulation: number,
  workers: number,
): number {
  const [g, d] = [4 * generator.parameters, 4 * discriminator.parameters];
  return stateBytes + Math.max(g, d) * (workers > 1 ? 2 : 1) + (accumulation > 1 ? g + d : 0);
}

/**
 * Memory of one process with so many images in its micro-batch, from what was seen at others. One point tells of what it holds
 * anyway, which is known, and of the rest, which is taken as proportional to images.
 * @param seen - bytes by images, ascending, at least one
 * @param held - what the process holds whatever its images are
 */
export function memoryAt(seen: readonly Point[], images: number, held: number): number {
  if (seen.length > 1) return Math.max(valueAt(seen, images), held);
  const [{ images: known, value }] = seen as [Point];
  return held + (Math.max(value - held, 0) * images) / known;
}
