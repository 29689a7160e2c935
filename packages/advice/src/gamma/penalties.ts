import type { ComponentChoice } from '@ganymede/core';
import type { ResolvedConfig } from '@ganymede/config';
import { noGamma } from '../errors.js';
import { r1Gamma, r1GammaFormula } from '../rules/r1-gamma.js';

/** Penalties that `probe-gamma` may add where a config has none with gamma. */
export const addable = { r1: ['r1'], 'r1+r2': ['r1', 'r2'] } as const;
export type AddedPenalty = keyof typeof addable;

/** The penalties of trials, and the gamma that they are tried around. */
export interface Penalties {
  readonly regularizers: readonly ComponentChoice[];
  readonly centre: number;
  /** What the centre is, in words. */
  readonly origin: string;
}

/** Whether a penalty is one that gamma weighs. */
export const hasGamma = (one: ComponentChoice): boolean => 'gamma' in one;

/** Of a number that may be a schedule: its first value. */
const firstOf = (gamma: unknown): number =>
  typeof gamma === 'number' ? gamma : (gamma as { readonly from: number }).from;

/**
 * The penalties of a config, with one added where none has gamma.
 * @throws NO_GAMMA
 */
export function penaltiesOf(
  {
    regularizers,
    resolution,
    batchSize,
    accumulation,
  }: Pick<ResolvedConfig, 'regularizers' | 'resolution' | 'batchSize' | 'accumulation'>,
  added: AddedPenalty | null,
): Penalties {
  const own = regularizers.find(hasGamma);
  if (own !== undefined) {
    const isSchedule = typeof own['gamma'] !== 'number';
    return {
      regularizers,
      centre: firstOf(own['gamma']),
      origin: isSchedule ? "where the config's schedule begins" : "the config's",
    };
  }
  if (added === null) throw noGamma(regularizers.map(({ use }) => use));
  return {
    regularizers: [...regularizers, ...addable[added].map((use) => ({ use, gamma: 1 }))],
    centre: r1Gamma(resolution, batchSize * accumulation),
    origin: r1GammaFormula,
  };
}

/** The same with one gamma for all that have one; R1 and R2 share theirs (arXiv:2501.05441, section 2.2). */
export function withGamma(regularizers: readonly ComponentChoice[], gamma: number): ComponentChoice[] {
  return regularizers.map((one) => (hasGamma(one) ? { ...one, gamma } : { ...one }));
}

const factors = [1 / 16, 1 / 4, 1, 4, 16];

/** Five gammas from a sixteenth to sixteen times the centre. */
export function gammasAround(centre: number): readonly number[] {
  return factors.map((factor) => Number((centre * factor).toPrecision(2)));
}
