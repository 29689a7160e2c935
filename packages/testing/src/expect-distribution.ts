import type { Distribution } from './distributions.js';
import { kolmogorovSmirnov, kolmogorovSmirnovBound } from './kolmogorov-smirnov.js';
import { standardErrors } from './normal.js';

export interface DistributionOptions {
  /**
   * Share of seeds that would be refused although their draws are what they should be, at most; default 1e-4. With a
   * fixed seed the verdict does not change from run to run.
   */
  readonly falseAlarm?: number;
}

/** Values below which a distribution cannot be told from its neighbours. */
const fewest = 1000;
/** Rounding to float32 moves moments by less, relative to the mean square. */
const rounding = 1e-6;

/** Mean and variance, about the mean. */
export function moments(sample: ArrayLike<number>): { readonly mean: number; readonly variance: number } {
  const values = Float64Array.from(sample);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

/**
 * Throws unless a sample could be independent draws of a distribution: by the Kolmogorov-Smirnov statistic, the mean, and
 * the mean square about the true mean, a third of the false alarms each. Mean and mean square are taken to be normal,
 * which they are nearly from the thousand values on that it asks for.
 */
export function expectDistribution(
  sample: ArrayLike<number>,
  distribution: Distribution,
  { falseAlarm = 1e-4 }: DistributionOptions = {},
): void {
  const n = sample.length;
  if (n < fewest) throw new Error(`expectDistribution: expected at least ${fewest} values, got ${n}`);
  const { mean, variance, fourth } = distribution;
  const distance = kolmogorovSmirnov(sample, distribution);
  const bound = kolmogorovSmirnovBound(n, falseAlarm / 3);
  if (!(distance <= bound))
    throw new Error(
      `expectDistribution: expected a distance below ${bound} from the distribution, got ${distance}`,
    );
  const errors = standardErrors(falseAlarm / 3);
  const slack = rounding * (mean ** 2 + variance);
  const found = moments(sample);
  const meanError = errors * Math.sqrt(variance / n) + slack;
  if (!(Math.abs(found.mean - mean) <= meanError))
    throw new Error(`expectDistribution: expected mean ${mean} +- ${meanError}, got ${found.mean}`);
  const square = found.variance + (found.mean - mean) ** 2;
  const squareError = errors * Math.sqrt(Math.max(0, fourth - variance ** 2) / n) + slack;
  if (!(Math.abs(square - variance) <= squareError))
    throw new Error(`expectDistribution: expected variance ${variance} +- ${squareError}, got ${square}`);
}

/**
 * Throws unless values of a sample [rows, size] could be independent: neighbours in a row, next neighbours, and
 * neighbours in a column must neither be correlated nor must their squares about the mean, which is what is left of a
 * dependence that has no sign. Correlations are taken to be normal with a standard deviation of 1 over the root of the
 * number of pairs.
 */
export function expectIndependent(
  sample: ArrayLike<number>,
  size: number,
  { mean, variance, fourth }: Distribution,
  { falseAlarm = 1e-4 }: DistributionOptions = {},
): void {
  const n = sample.length;
  if (n < fewest) throw new Error(`expectIndependent: expected at least ${fewest} values, got ${n}`);
  const lags = [...new Set([1, 2, size, 2 * size])];
  const errors = standardErrors(falseAlarm / (2 * lags.length));
  const values = Float64Array.from(sample, (value) => (value - mean) / Math.sqrt(variance));
  const spread = fourth / variance ** 2 - 1;
  // Squares of fair coin flips about their mean are all the same.
  const squares = spread > 1e-9 ? values.map((value) => (value ** 2 - 1) / Math.sqrt(spread)) : null;
  for (const lag of lags)
    for (const [what, series] of [
      ['values', values],
      ['squares', squares],
    ] as const) {
      if (series === null) continue;
      let sum = 0;
      for (let i = lag; i < n; i++) sum += series[i]! * series[i - lag]!;
      const correlation = sum / (n - lag);
      const bound = errors / Math.sqrt(n - lag);
      if (!(Math.abs(correlation) <= bound))
        throw new Error(
          `expectIndependent: expected ${what} ${lag} apart to be correlated by less than ${bound.toFixed(4)}, got ${correlation.toFixed(4)}`,
        );
    }
}
