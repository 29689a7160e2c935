import type { Caution } from '@ganymede/core';
import {
  constantFeatures,
  equalImages,
  repeatedImages,
  sameMoments,
  sharedImages,
  fewForCovariance,
  type SetName,
} from './cautions.js';
import type { FeatureRows } from './feature-rows.js';
import type { Moments } from './streaming-moments.js';

/** Shares above which a reader is told: of repeated and of shared images, and of features that do not vary. */
const repeatedShare = 0.1;
const sharedShare = 0.01;
const constantShare = 0.5;

/** What two sets of rows are that makes any comparison of them say little: equal, repeated, constant, the same. */
export function rowsCautions(
  numbers: readonly string[],
  real: FeatureRows,
  fake: FeatureRows,
): readonly Caution[] {
  const ofSet = (name: SetName, rows: FeatureRows): readonly Caution[] => {
    const { count, size } = rows.matrix;
    const set = { name, count };
    const { count: distinct } = rows.distinct;
    if (count > 1 && distinct === 1) return [equalImages(numbers, [set])];
    const { constant } = rows;
    return [
      ...(count - distinct > repeatedShare * count ? [repeatedImages(numbers, set, distinct)] : []),
      ...(constant >= constantShare * size ? [constantFeatures(numbers, set, constant, size)] : []),
    ];
  };
  const shared = real.distinct.countOf(fake.matrix);
  return [
    ...ofSet('real', real),
    ...ofSet('generated', fake),
    ...(shared > sharedShare * fake.count ? [sharedImages(numbers, shared, fake.count)] : []),
  ];
}

/** The same of moments, which have forgotten the rows; and the bias of few images. */
export function momentsCautions(
  numbers: readonly string[],
  real: Moments,
  fake: Moments,
): readonly Caution[] {
  const sets = [
    { name: 'real' as const, count: real.count },
    { name: 'generated' as const, count: fake.count },
  ];
  const few = sets.filter(({ count }) => count <= real.size);
  return [
    ...(few.length > 0 ? [fewForCovariance(numbers, few, real.size)] : []),
    ...[real, fake].flatMap((moments, i): readonly Caution[] => {
      const constant = constantIn(moments);
      if (constant === moments.size) return [equalImages(numbers, [sets[i]!])];
      if (constant < constantShare * moments.size) return [];
      return [constantFeatures(numbers, sets[i]!, constant, moments.size)];
    }),
    ...(areSame(real, fake) ? [sameMoments(numbers)] : []),
  ];
}

/** Features without variance: sums are of differences from the first row, so that it is exactly 0. */
export function constantIn({ covariance, size }: Moments): number {
  let constant = 0;
  for (let i = 0; i < size; i++) if (covariance[i * size + i] === 0) constant += 1;
  return constant;
}

/** Whether means and variances agree to rounding, which those of other images do not in every feature. */
function areSame(real: Moments, fake: Moments): boolean {
  const { size } = real;
  for (let i = 0; i < size; i++) {
    const [first, second] = [real.covariance[i * size + i]!, fake.covariance[i * size + i]!];
    if (Math.abs(first - second) > 1e-7 * first) return false;
    if (Math.abs(real.mean[i]! - fake.mean[i]!) > 1e-7 * Math.sqrt(first)) return false;
  }
  return real.count === fake.count;
}
