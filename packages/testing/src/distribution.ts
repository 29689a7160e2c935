/** Density of N(0, 1). */
export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/** Distribution function of N(0, 1), to float64's precision for |x| < 7 (Marsaglia 2004, doi:10.18637/jss.v011.i04). */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < -8) return 0;
  if (x > 8) return 1;
  let sum = x;
  let term = x;
  for (let i = 3; sum + term !== sum; i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * normalDensity(x);
}

/** Mean and variance, about the mean. */
export function moments(sample: ArrayLike<number>): { readonly mean: number; readonly variance: number } {
  const values = Array.from(sample);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

/**
 * Throws unless a sample of independent draws could come from a continuous distribution: the largest distance between
 * the two distribution functions (Kolmogorov and Smirnov) is below what one sample in a thousand exceeds, and mean and
 * variance are within four standard errors. With a fixed seed the verdict does not change from run to run.
 * @param cdf - the distribution function
 * @param expected - mean and variance; the error of the variance is taken as if the distribution were normal, which
 *   is generous for lighter tails
 */
export function expectDistribution(
  sample: ArrayLike<number>,
  cdf: (x: number) => number,
  expected: { readonly mean: number; readonly variance: number },
): void {
  const n = sample.length;
  if (n < 1000) throw new Error(`expectDistribution: expected at least 1000 values, got ${n}`);
  const sorted = Float64Array.from(sample).sort();
  let distance = 0;
  sorted.forEach((value, i) => {
    const probability = cdf(value);
    distance = Math.max(distance, Math.abs(probability - i / n), Math.abs((i + 1) / n - probability));
  });
  const bound = 1.95 / Math.sqrt(n);
  if (!(distance <= bound)) {
    throw new Error(
      `expectDistribution: expected a distance below ${bound} from the distribution, got ${distance}`,
    );
  }
  const found = moments(sample);
  const meanError = 4 * Math.sqrt(expected.variance / n);
  if (!(Math.abs(found.mean - expected.mean) <= meanError)) {
    throw new Error(`expectDistribution: expected mean ${expected.mean} +- ${meanError}, got ${found.mean}`);
  }
  const varianceError = 4 * expected.variance * Math.sqrt(2 / n);
  if (!(Math.abs(found.variance - expected.variance) <= varianceError)) {
    throw new Error(
      `expectDistribution: expected variance ${expected.variance} +- ${varianceError}, got ${found.variance}`,
    );
  }
}
