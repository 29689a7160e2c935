import type { Distribution } from './distributions.js';

/**
 * Kolmogorov and Smirnov's statistic of one sample: the largest distance between its distribution function and the given
 * one, on both sides of every jump of either. NaN where a value or a probability is.
 */
export function kolmogorovSmirnov(
  sample: ArrayLike<number>,
  { cdf, below = cdf }: Pick<Distribution, 'cdf' | 'below'>,
): number {
  const n = sample.length;
  const sorted = Float64Array.from(sample).sort();
  let distance = 0;
  for (let first = 0; first < n;) {
    const value = sorted[first]!;
    let end = first + 1;
    while (end < n && sorted[end] === value) end += 1;
    distance = Math.max(distance, Math.abs(below(value) - first / n), Math.abs(end / n - cdf(value)));
    first = end;
  }
  return distance;
}

/**
 * The distance that a sample of n independent draws exceeds with this probability at most, whatever the distribution,
 * with atoms or without: 2 exp(-2 n d^2) = probability (Massart 1990, doi:10.1214/aop/1176990746).
 */
export const kolmogorovSmirnovBound = (n: number, falseAlarm: number): number =>
  Math.sqrt(Math.log(2 / falseAlarm) / (2 * n));
