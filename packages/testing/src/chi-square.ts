import { normalQuantile } from './normal.js';

/** Pearson's statistic of counts, against equal shares or the given ones, which add up to 1. */
export function chiSquare(counts: ArrayLike<number>, shares?: readonly number[]): number {
  const observed = Array.from(counts);
  const total = observed.reduce((a, b) => a + b, 0);
  return observed.reduce((sum, count, i) => {
    const expected = total * (shares?.[i] ?? 1 / observed.length);
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}

/**
 * What the statistic exceeds with the given probability, by Wilson and Hilferty's cube (1931, doi:10.1073/pnas.17.12.684):
 * within 2 % from three degrees of freedom on, for probabilities from 1e-6 to 0.1.
 * @param degrees - of freedom: categories less one
 */
export function chiSquareBound(degrees: number, falseAlarm: number): number {
  const spread = 2 / (9 * degrees);
  return degrees * (1 - spread + normalQuantile(1 - falseAlarm) * Math.sqrt(spread)) ** 3;
}

/**
 * Throws unless counts could be those of independent draws that fall into every category alike.
 * @param falseAlarm - share of seeds that would be refused although they do
 */
export function expectEqualShares(counts: ArrayLike<number>, { falseAlarm = 1e-4 } = {}): void {
  const total = Array.from(counts).reduce((a, b) => a + b, 0);
  if (!(total >= 5 * counts.length) || counts.length < 2)
    throw new Error(
      `expectEqualShares: expected at least 2 categories of 5 draws each, got ${total} draws in ${counts.length}`,
    );
  const bound = chiSquareBound(counts.length - 1, falseAlarm);
  const statistic = chiSquare(counts);
  if (!(statistic <= bound))
    throw new Error(
      `expectEqualShares: expected a chi-square below ${bound.toFixed(1)} of equal shares, got ${statistic.toFixed(1)}`,
    );
}
