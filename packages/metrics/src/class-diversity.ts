import {
  defineComponent,
  type Direction,
  type FeatureSetShape,
  type FeatureSummary,
  type Metric,
  type MetricResult,
  type RandomStream,
} from '@ganymede/core';
import { z } from 'zod';
import { fewPairs, noSpread } from './cautions.js';
import { classPairs, leastOf, type ClassSize, type LabelledRows } from './class-rows.js';
import { oneClass } from './errors.js';
import type { Matrix } from './feature-checks.js';
import { featureRowsKind, featureRowsOf } from './feature-rows.js';
import { squaredDistance } from './nearest-distances.js';
import { rowsCautions } from './set-cautions.js';

const options = z.strictObject({
  pairs: z.int().positive().default(2000).describe('Pairs of images that are measured in each class.'),
});
export type ClassDiversityOptions = z.output<typeof options>;

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
  /** Images of the class in each set. */
  readonly counts: { readonly real: number; readonly fake: number };
}

/** Images of a class below which a mean over their pairs is told to be uncertain. */
const fewest = 10;

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
    counts: { real: pair.real.count, fake: pair.fake.count },
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

  expectEnough(real: FeatureSetShape): void {
    if (real.classes !== undefined && real.classes < 2) throw oneClass('class diversity', real.classes);
  }

  async compute(real: FeatureSummary, fake: FeatureSummary, random: RandomStream): Promise<MetricResult> {
    const [first, second] = [featureRowsOf(real), featureRowsOf(fake)];
    const rows = classSpreads(first, second, this.options.pairs, random);
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    // A class of equal real images has no spread to compare with.
    const spread = rows.filter((row) => row.real > 0);
    const still = rows.filter((row) => row.real === 0).map(({ label }) => label);
    const ratios = spread.map((row) => row.fake / row.real);
    const numbers = {
      diversityRatio: mean(ratios),
      leastDiversityRatio: ratios.length > 0 ? Math.min(...ratios) : Number.NaN,
      diversity: mean(rows.map((row) => row.fake)),
      realDiversity: mean(rows.map((row) => row.real)),
    };
    const least = leastOf(
      rows.flatMap(({ label, counts }): ClassSize[] => [
        { label, name: 'real', count: counts.real },
        { label, name: 'generated', count: counts.fake },
      ]),
    );
    const names = Object.keys(numbers);
    return {
      numbers,
      cautions: [
        ...(least.count < fewest ? [fewPairs(names, least.label, least)] : []),
        ...(still.length > 0
          ? [noSpread(['diversityRatio', 'leastDiversityRatio'], still, spread.length === 0)]
          : []),
        ...rowsCautions(names, first, second),
      ],
    };
  }
}

export const classDiversity = defineComponent({
  slot: 'metric',
  id: 'class-diversity',
  summary: 'How unlike each other the generated images of a class are, against the real ones.',
  cites: ['arXiv:1610.09585'],
  options,
  create: (given) => new ClassDiversity(given),
});
