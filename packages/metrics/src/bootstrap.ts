import { quantile, sorted, type RandomStream } from '@ganymede/core';
import { badMetricOption } from './errors.js';
import type { Matrix } from './feature-checks.js';

export interface BootstrapOptions {
  readonly resamples: number;
  /** Share of resamples within the interval, in (0, 1). */
  readonly level: number;
}

export interface ConfidenceInterval {
  readonly low: number;
  readonly high: number;
  readonly standardError: number;
}

/**
 * Percentile bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13): the statistic of index
 * sets drawn with replacement. Images are the units that are drawn. Distances of neighbours must not be measured so:
 * an image drawn twice is its own nearest neighbour.
 * @param counts - the size of each set of images
 * @param statistic - of one drawn index set for each entry of `counts`
 */
export async function bootstrap(
  counts: readonly number[],
  statistic: (indices: readonly Uint32Array[]) => Promise<number> | number,
  random: RandomStream,
  { resamples, level }: BootstrapOptions = { resamples: 200, level: 0.95 },
): Promise<ConfidenceInterval> {
  if (!Number.isInteger(resamples) || resamples < 2)
    throw badMetricOption('resamples', 'an integer of at least 2', resamples);
  if (!(level > 0 && level < 1)) throw badMetricOption('level', 'a number in (0, 1)', level);
  const values = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    const drawn = counts.map((count) => Uint32Array.from({ length: count }, () => random.nextInteger(count)));
    values[i] = await statistic(drawn);
  }
  return intervalOf(values, level);
}

/** The interval and the standard error that values of resamples give; two of them at least. */
export function intervalOf(values: ArrayLike<number>, level: number): ConfidenceInterval {
  const ascending = sorted(values);
  const mean = ascending.reduce((a, b) => a + b, 0) / ascending.length;
  const variance = ascending.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (ascending.length - 1);
  return {
    low: quantile(ascending, (1 - level) / 2),
    high: quantile(ascending, (1 + level) / 2),
    standardError: Math.sqrt(variance),
  };
}

/** Rows of a matrix by index, repetitions included. */
export function rowsAt({ values, size }: Matrix, indices: ArrayLike<number>): Matrix {
  const rows = new Float32Array(indices.length * size);
  for (let i = 0; i < indices.length; i++)
    rows.set(values.subarray(indices[i]! * size, (indices[i]! + 1) * size), i * size);
  return { values: rows, count: indices.length, size };
}
