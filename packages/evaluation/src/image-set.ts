import { RandomStream, type Dataset, type ImageShape } from '@ganymede/core';
import { tooFewReferenceImages } from './errors.js';

/** Images that are measured, read in order: of a dataset or of a generator. */
export interface ImageSet {
  readonly count: number;
  readonly imageShape: ImageShape;
  readonly classes: readonly string[];
  /** Class of each image. */
  readonly labels: Int32Array;
  /** uint8 [count, H, W, C] of the images from `start` on. */
  read(start: number, count: number): Promise<Uint8Array>;
}

/**
 * A dataset's images in an order of chance, which the seed gives: datasets come sorted by class, and parts of them, the
 * splits of the Inception Score among them, must hold every class.
 * @param count - all where it is absent
 * @throws TOO_FEW_IMAGES
 */
export function datasetImages(dataset: Dataset, seed: number, count: number = dataset.length): ImageSet {
  if (count > dataset.length) throw tooFewReferenceImages(dataset.name, count, dataset.length);
  const order = RandomStream.create(seed, 'reference-order').permutation(dataset.length);
  return imagesOf(dataset, order.subarray(0, count));
}

/** Some of a dataset's images, in the order of their numbers in it. */
export function imagesOf(dataset: Dataset, indices: Uint32Array): ImageSet {
  const all = dataset.labels();
  return {
    count: indices.length,
    imageShape: dataset.imageShape,
    classes: dataset.classes,
    labels: Int32Array.from(indices, (index) => all[index]!),
    read: (start, length) => dataset.read(indices.subarray(start, start + length)),
  };
}

/**
 * Labels for generated images in the shares of the reference's classes, to the nearest image, in an order of chance: a
 * distance between sets of other shares would measure those.
 */
export function matchingLabels(
  reference: Int32Array,
  classes: number,
  count: number,
  seed: number,
): Int32Array {
  const counts = new Float64Array(classes);
  for (const label of reference) counts[label] = counts[label]! + 1;
  const shares = counts.map((own) => (own * count) / reference.length);
  const whole = shares.map(Math.floor);
  const left = count - whole.reduce((a, b) => a + b, 0);
  const byRest = Array.from(shares.keys()).sort(
    (a, b) => shares[b]! - whole[b]! - (shares[a]! - whole[a]!) || a - b,
  );
  for (const label of byRest.slice(0, left)) whole[label] = whole[label]! + 1;
  const sorted = Int32Array.from(
    Array.from(whole).flatMap((own, label) => Array.from({ length: own }, () => label)),
  );
  const order = RandomStream.create(seed, 'evaluation-labels').permutation(count);
  return Int32Array.from(order, (index) => sorted[index]!);
}
