import {
  defineComponent,
  type Direction,
  type FeatureSetShape,
  type FeatureSummary,
  type Metric,
  type MetricResult,
} from '@ganymede/core';
import { z } from 'zod';
import type { Matrix } from './feature-checks.js';
import { featureRowsKind, featureRowsOf } from './feature-rows.js';
import {
  ballCautions,
  expectNeighbours,
  neighbourhoods,
  share,
  type Neighbourhoods,
} from './neighbourhoods.js';
import type { NeighbourOptions } from './precision-recall.js';
import { productsOption } from './products-option.js';
import { rowsCautions } from './set-cautions.js';

/**
 * Density and coverage (arXiv:2002.09797, section 3): balls around real images only, so that one stray generated image
 * does not cover the world. Density counts the balls that a generated image lies in, over k, and may exceed 1; coverage
 * is the share of real images with a generated one in their ball.
 */
export async function densityCoverage(
  real: Matrix,
  fake: Matrix,
  { neighbours: k, products }: NeighbourOptions,
): Promise<{ readonly density: number; readonly coverage: number } & Pick<Neighbourhoods, 'empty'>> {
  const { realBalls, covered, empty } = await neighbourhoods(real, fake, { k, products, fakeBalls: false });
  const density = realBalls.reduce((a, b) => a + b, 0) / (k * fake.count);
  return { density, coverage: share(covered), empty };
}

export class DensityCoverage implements Metric {
  readonly outputs: Readonly<Record<string, Direction>> = { density: 'higher', coverage: 'higher' };
  readonly needs = [] as const;
  readonly summary = featureRowsKind;

  constructor(private readonly options: NeighbourOptions) {}

  expectEnough(real: FeatureSetShape): void {
    expectNeighbours([real], this.options.neighbours);
  }

  async compute(real: FeatureSummary, fake: FeatureSummary): Promise<MetricResult> {
    const [first, second] = [featureRowsOf(real), featureRowsOf(fake)];
    const { empty, ...numbers } = await densityCoverage(first.matrix, second.matrix, this.options);
    const names = Object.keys(numbers);
    return {
      numbers,
      cautions: [
        ...rowsCautions(names, first, second),
        ...ballCautions(names, { name: 'real', count: first.count }, empty.real, this.options.neighbours),
      ],
    };
  }
}

export const densityCoverageMetric = defineComponent({
  slot: 'metric',
  id: 'density-coverage',
  summary: 'How densely generated images lie among real ones, and how many real ones they come near to.',
  cites: ['arXiv:2002.09797', 'github:clovaai/generative-evaluation-prdc'],
  options: z.strictObject({
    neighbours: z
      .int()
      .positive()
      .default(5)
      .describe('Which neighbour the ball around an image reaches to.'),
    products: productsOption,
  }),
  create: (options) => new DensityCoverage(options),
});
