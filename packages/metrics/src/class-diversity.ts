import {
  defineComponent,
  type Direction,
  type FeatureSummary,
  type Metric,
  type RandomStream,
} from '@ganymede/core';
import { z } from 'zod';
import { classPairs, type LabelledRows } from './class-rows.js';
import type { Matrix } from './feature-checks.js';
import { featureRowsKind, featureRowsOf } from './feature-rows.js';
import { squaredDistance } from './nearest-distances.js';

export interface ClassDiversityOptions {
  /** Pairs of images that are measured in each class; all of them where there are no more. */
  readonly pairs: number;
}

/** Mean Euclidean distance over pairs of different rows: all pairs, or `pairs` of them drawn at random. */
export function meanPairDistance(set: Matrix, pairs: number, random: RandomStream): number {
  const { count } = set;
  const all = (count * (count - 1)) / 2;
  let sum = 0;
  if (all <= pairs) {
    for (let i = 0; i < count; i++)
      for (let j = 0; j < i; j++) sum += Math.sqrt(squaredDistance(set, i, set, j));
    return sum / all;
  }
  for (let drawn = 0; drawn < pairs; drawn++) {
    const i = random.nextInteger(count);
    const other = random.nextInteger(count - 1);
    sum += Math.sqrt(squaredDistance(set, i, set, other < i ? other : other + 1));
  }
  return sum / pairs;
}

/** How unlike each other the images of a class are, in both sets. */
export interface ClassSpread {
  readonly label: number;
  readonly real: number;
  readonly fake: number;
}

/**
 * Mean distance between two features of a class, for each class.
 * @param pairs - that are measured in each class; all where there are no more
 * @throws FEATURE_PART_MISSING, FEATURE_SIZES_DIFFER, BAD_FEATURE_SHAPE, NON_FINITE_FEATURE, ONE_CLASS, CLASS_TOO_SMALL
 */
export function classSpreads(
  real: LabelledRows,
  fake: LabelledRows,
  pairs: number,
  random: RandomStream,
): readonly ClassSpread[] {
  return [...classPairs('class diversity', real, fake)].map((pair) => ({
    label: pair.label,
    real: meanPairDistance(pair.real, pairs, random),
    fake: meanPairDistance(pair.fake, pairs, random),
  }));
}

/**
 * How unlike each other the images of one class are: the mean distance of their features, averaged over the classes,
 * and over that of the real images. A ratio far below 1 in the least diverse class is what mode collapse looks like.
 */
export class ClassDiversity implements Metric {
  readonly outputs: Readonly<Record<string, Direction>> = {
    // 1 is what the data have; noise has more.
    diversityRatio: 'neither',
    leastDiversityRatio: 'neither',
    diversity: 'neither',
    realDiversity: 'neither',
  };
  readonly needs = ['labels'] as const;
  readonly bootstraps = true;
  readonly summary = featureRowsKind;

  constructor(private readonly options: ClassDiversityOptions) {}

  async compute(
    real: FeatureSummary,
    fake: FeatureSummary,
    random: RandomStream,
  ): Promise<Record<string, number>> {
    const rows = classSpreads(featureRowsOf(real), featureRowsOf(fake), this.options.pairs, random);
    const mean = (of: (row: ClassSpread) => number): number =>
      rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
    // A class of equal real images has no spread to compare with; any spread is then at least as much.
    const ratio = (row: ClassSpread): number => (row.real === 0 ? 1 : row.fake / row.real);
    return {
      diversityRatio: mean(ratio),
      leastDiversityRatio: Math.min(...rows.map(ratio)),
      diversity: mean((row) => row.fake),
      realDiversity: mean((row) => row.real),
    };
  }
}

export const classDiversity = defineComponent({
  slot: 'metric',
  id: 'class-diversity',
  summary: 'How unlike each other the generated images of a class are, against the real ones.',
  cites: ['arXiv:1610.09585'],
  options: z.strictObject({
    pairs: z.int().positive().default(2000).describe('Pairs of images that are measured in each class.'),
  }),
  create: (options) => new ClassDiversity(options),
});
