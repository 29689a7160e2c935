import {
  defineComponent,
  type Caution,
  type Direction,
  type FeatureSetShape,
  type FeatureSummary,
  type Metric,
  type MetricResult,
  type RandomStream,
} from '@ganymede/core';
import { z } from 'zod';
import { noDeviation, overlappingSubsets, type CountedSet } from './cautions.js';
import { tooFewImages } from './errors.js';
import type { Matrix } from './feature-checks.js';
import { featureRowsKind, featureRowsOf } from './feature-rows.js';
import { kernelDistance } from './kernel-distance.js';
import { productsOption } from './products-option.js';
import { rowsCautions } from './set-cautions.js';

const options = z.strictObject({
  subsets: z.int().min(0).default(100).describe('Subsets that are averaged; 0 compares the whole sets.'),
  subsetSize: z.int().min(2).default(1000).describe('Images of each set in a subset.'),
  degree: z.int().positive().default(3).describe('Of the polynomial kernel.'),
  gamma: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('Factor on the dot product; null for one over the size of a feature.'),
  coefficient: z.number().default(1).describe('Added to the product before the power.'),
  products: productsOption,
});
export type KidOptions = z.output<typeof options>;

/**
 * Kernel Inception Distance: the mean of the unbiased kernel distance over random subsets of both sets, drawn without
 * replacement, and its standard deviation over them, NaN for fewer than two. Unlike FID it has no bias from few images, and
 * may be negative.
 * @throws TOO_FEW_IMAGES where a set is smaller than a subset
 */
export async function kid(
  real: Matrix,
  fake: Matrix,
  options: KidOptions,
  random: RandomStream,
): Promise<{ readonly mean: number; readonly std: number }> {
  const { subsets, subsetSize } = options;
  if (subsets === 0) return { mean: await kernelDistance(real, fake, options), std: Number.NaN };
  expectSubsets([real, fake], subsetSize);
  const distances: number[] = [];
  for (let i = 0; i < subsets; i++) {
    const parts = [drawRows(real, subsetSize, random), drawRows(fake, subsetSize, random)] as const;
    distances.push(await kernelDistance(...parts, options));
  }
  const mean = distances.reduce((a, b) => a + b, 0) / subsets;
  const variance = distances.reduce((sum, one) => sum + (one - mean) ** 2, 0) / subsets;
  return { mean, std: subsets > 1 ? Math.sqrt(variance) : Number.NaN };
}

function expectSubsets(sets: readonly { readonly count: number }[], subsetSize: number): void {
  for (const { count } of sets) {
    if (count < subsetSize)
      throw tooFewImages('kid', subsetSize, count, 'Give more images, or lower `subsetSize`.');
  }
}

function drawRows({ values, count, size }: Matrix, rows: number, random: RandomStream): Matrix {
  const drawn = new Float32Array(rows * size);
  const order = random.permutation(count);
  for (let i = 0; i < rows; i++)
    drawn.set(values.subarray(order[i]! * size, (order[i]! + 1) * size), i * size);
  return { values: drawn, count: rows, size };
}

export class Kid implements Metric {
  readonly outputs: Readonly<Record<string, Direction>> = { kid: 'lower', kidStd: 'neither' };
  readonly needs = [] as const;
  readonly bootstraps = true;
  readonly summary = featureRowsKind;

  constructor(private readonly options: KidOptions) {}

  expectEnough(real: FeatureSetShape, fake: FeatureSetShape): void {
    const { subsets, subsetSize } = this.options;
    // The whole sets are one subset, of which pairs are taken.
    expectSubsets([real, fake], subsets > 0 ? subsetSize : 2);
  }

  async compute(real: FeatureSummary, fake: FeatureSummary, random: RandomStream): Promise<MetricResult> {
    const [first, second] = [featureRowsOf(real), featureRowsOf(fake)];
    const { mean, std } = await kid(first.matrix, second.matrix, this.options, random);
    return {
      numbers: { kid: mean, kidStd: std },
      cautions: [
        ...rowsCautions(['kid'], first, second),
        ...this.ofDeviation([
          { name: 'real', count: first.count },
          { name: 'generated', count: second.count },
        ]),
      ],
    };
  }

  private ofDeviation(sets: readonly CountedSet[]): readonly Caution[] {
    const { subsets, subsetSize } = this.options;
    if (subsets < 2) return [noDeviation(['kidStd'], 'subsets')];
    const overlapping = sets.filter(({ count }) => 2 * subsetSize > count);
    return overlapping.length > 0 ? [overlappingSubsets(['kidStd'], subsetSize, overlapping)] : [];
  }
}

export const kidMetric = defineComponent({
  slot: 'metric',
  id: 'kid',
  summary: 'Unbiased kernel distance between the features of real and generated images.',
  cites: ['arXiv:1801.01401', 'github:mbinkowski/MMD-GAN', 'github:toshas/torch-fidelity'],
  options,
  create: (given) => new Kid(given),
});
