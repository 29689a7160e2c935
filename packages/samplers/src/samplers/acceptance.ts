import { quantile, sorted } from '@ganymede/core';
import { sigmoid } from './calibration.js';

/** The numbers that turn log-odds into a probability of acceptance. */
export interface AcceptanceNumbers {
  /** Largest log-odds of the burn-in. */
  readonly maximum: number;
  readonly epsilon: number;
  readonly gamma: number;
}

/**
 * F of arXiv:1810.06758, section 3.2:
 *
 *     F(x) = d(x) - M - log(1 - exp(d(x) - M - epsilon)) - gamma
 *
 * with log-odds d and their maximum M. With gamma 0 its sigmoid is exp(d - M) but for epsilon. Above M + epsilon, where the
 * formula has no value, it is infinite: the image is taken.
 */
export function acceptanceTerm(logOdds: number, { maximum, epsilon, gamma }: AcceptanceNumbers): number {
  const below = logOdds - maximum;
  if (below - epsilon >= 0) return Number.POSITIVE_INFINITY;
  return below - logOneMinusExp(below - epsilon) - gamma;
}

/** sigmoid(F(x)), in [0, 1]. */
export function acceptanceProbability(logOdds: number, numbers: AcceptanceNumbers): number {
  return sigmoid(acceptanceTerm(logOdds, numbers));
}

/**
 * Maximum and gamma from the log-odds of a burn-in.
 * @param percentile - of F over the burn-in with gamma 0; null leaves gamma at 0
 */
export function acceptanceNumbers(
  logOdds: ArrayLike<number>,
  epsilon: number,
  percentile: number | null,
): AcceptanceNumbers {
  let maximum = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logOdds.length; i++) maximum = Math.max(maximum, logOdds[i]!);
  if (percentile === null) return { maximum, epsilon, gamma: 0 };
  const terms = Array.from(logOdds, (own) => acceptanceTerm(own, { maximum, epsilon, gamma: 0 }));
  return { maximum, epsilon, gamma: quantile(sorted(terms), percentile / 100) };
}

/** log(1 - exp(x)) for x < 0 without loss near 0 or far below it (Maechler, 2012). */
function logOneMinusExp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}
