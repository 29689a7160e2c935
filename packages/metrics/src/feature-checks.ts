import type { FeatureBatch } from '@ganymede/core';
import { badFeatureShape, missingFeaturePart, nonFiniteFeature, sizesDiffer } from './errors.js';

/** Numbers of any precision, row-major [count, size]. */
export interface Matrix {
  readonly values: Float32Array | Float64Array;
  readonly count: number;
  readonly size: number;
}

/**
 * @throws BAD_FEATURE_SHAPE unless the values are `count` rows of `size`; NON_FINITE_FEATURE naming the first row
 * with a NaN or an infinity
 */
export function checkMatrix(what: string, { values, count, size }: Matrix): void {
  if (!Number.isInteger(size) || size < 1 || values.length !== count * size)
    throw badFeatureShape(what, `[${count}, ${size}] numbers`, `${values.length}`);
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]!)) throw nonFiniteFeature(what, Math.floor(i / size), values[i]!);
  }
}

/** @throws FEATURE_SIZES_DIFFER */
export function checkSameSize(what: string, real: Matrix, fake: Matrix): void {
  if (real.size !== fake.size) throw sizesDiffer(what, real.size, fake.size);
}

export type FeaturePart = 'features' | 'logits' | 'spatial';

/** One part of a batch, checked. @throws FEATURE_PART_MISSING, BAD_FEATURE_SHAPE, NON_FINITE_FEATURE */
export function partOf(what: string, batch: FeatureBatch, part: FeaturePart, size: number): Matrix {
  const values = batch[part];
  if (!values) throw missingFeaturePart(what, part);
  const matrix = { values, count: batch.count, size };
  checkMatrix(what, matrix);
  return matrix;
}

/** Labels of a batch. @throws FEATURE_PART_MISSING, BAD_FEATURE_SHAPE */
export function labelsOf(what: string, batch: FeatureBatch): Int32Array {
  if (!batch.labels) throw missingFeaturePart(what, 'labels');
  if (batch.labels.length !== batch.count)
    throw badFeatureShape(what, `${batch.count} labels`, `${batch.labels.length}`);
  return batch.labels;
}
