import { quantile, sorted } from '@ganymede/core';
import type { Matrix } from './feature-checks.js';
import { GaussianDensity } from './gaussian-density.js';
import { StreamingMoments, type Moments } from './streaming-moments.js';

/** The images that are kept of a group, and the log-likelihood at which it is cut. */
export interface KeptRows {
  /** Rows that are kept, ascending. */
  readonly rows: Uint32Array;
  readonly threshold: number;
}

/** The Gaussian of a group's features. One row has no covariance but the regularization's. */
export async function densityOf(rows: Matrix, regularization: number): Promise<GaussianDensity> {
  return new GaussianDensity(await momentsOfRows(rows), regularization);
}

async function momentsOfRows(rows: Matrix): Promise<Moments> {
  const { count, size, values } = rows;
  if (count === 1)
    return { count, size, mean: Float64Array.from(values), covariance: new Float64Array(size * size) };
  const moments = new StreamingMoments(size);
  await moments.add(rows);
  return moments.finish();
}

/**
 * The rows above the percentile 100 (1 - share) of their log-likelihoods, as the authors' code cuts; where that keeps none, a
 * group of one image or of equal ones, the best.
 * @param share - in (0, 1]; 1 keeps all
 */
export function keepShare(logLikelihoods: Float64Array, share: number): KeptRows {
  const all = Uint32Array.from(logLikelihoods.keys());
  const ascending = sorted(logLikelihoods);
  if (share === 1) return { rows: all, threshold: ascending[0]! };
  // A percentile that a user means is no number of 17 digits: 1 - 0.9 would be cut below 0.1.
  const percentile = Number((100 * (1 - share)).toFixed(9));
  const threshold = quantile(ascending, percentile / 100);
  const above = all.filter((row) => logLikelihoods[row]! > threshold);
  const best = logLikelihoods.indexOf(logLikelihoods.reduce((a, b) => Math.max(a, b)));
  return { rows: above.length > 0 ? above : Uint32Array.of(best), threshold };
}
