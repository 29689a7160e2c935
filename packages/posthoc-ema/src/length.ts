import { gammaOf, longestSigmaRel, sigmaRelOf } from '@ganymede/trainer';
import { badLength, noLength } from './errors.js';

/** How long an average is, told both ways. */
export interface AverageLength {
  /** Standard deviation of its profile, as a share of training. */
  readonly sigmaRel: number;
  /** Exponent of its profile. */
  readonly gamma: number;
}

/** A length as names of folders have it. */
export const lengthText = ({ sigmaRel }: Pick<AverageLength, 'sigmaRel'>): string => sigmaRel.toFixed(4);

/**
 * Lengths from the shortest to the longest, each once; two that one folder would be named for are refused.
 * @throws BAD_AVERAGE_LENGTH
 */
export function lengthsOf(sigmaRels: readonly number[], gammas: readonly number[]): readonly AverageLength[] {
  for (const value of sigmaRels)
    if (!(value > 0 && value <= longestSigmaRel))
      throw badLength('--sigma-rel', `a number above 0 and up to ${longestSigmaRel.toFixed(6)}`, value);
  for (const value of gammas)
    if (!(value >= 0 && Number.isFinite(value))) throw badLength('--gamma', 'a number of at least 0', value);
  const lengths = [
    ...sigmaRels.map((sigmaRel) => ({ sigmaRel, gamma: gammaOf(sigmaRel) })),
    ...gammas.map((gamma) => ({ sigmaRel: sigmaRelOf(gamma), gamma })),
  ].sort((a, b) => a.sigmaRel - b.sigmaRel);
  if (lengths.length === 0) throw noLength();
  const each = lengths.filter(({ sigmaRel }, i) => sigmaRel !== lengths[i - 1]?.sigmaRel);
  const twin = each.find((one, i) => i > 0 && lengthText(one) === lengthText(each[i - 1]!));
  if (twin) throw badLength('averages', 'lengths that differ in four decimals', twin.sigmaRel);
  return each;
}
