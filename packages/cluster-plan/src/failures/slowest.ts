import { normalQuantile } from './normal-quantile.js';

/**
 * The largest of so many lognormal variables with median 1, by one uniform number: with u in (0, 1) the largest of n is the quantile
 * u^(1/n) of one. It is taken from the upper end, where 1 - u^(1/n) has all its digits.
 * @param sigma - standard deviation of the logarithm
 */
export function slowestOf(count: number, sigma: number, u: number): number {
  return Math.exp(-sigma * normalQuantile(-Math.expm1(Math.log(u) / count)));
}

const nodes = 4096;

/** The mean of {@link slowestOf}: how much longer than the median step a step takes in which all wait for the slowest. */
export function expectedSlowest(count: number, sigma: number): number {
  if (sigma === 0) return 1;
  let sum = 0;
  for (let i = 0; i < nodes; i++) sum += slowestOf(count, sigma, (i + 0.5) / nodes);
  return sum / nodes;
}

/** The standard deviation of the logarithm of steps; 0 of fewer than two. */
export function jitterOf(seconds: readonly number[]): number {
  if (seconds.length < 2) return 0;
  const logs = seconds.map(Math.log);
  const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
  return Math.sqrt(logs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (logs.length - 1));
}
