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
import { productsOption } from './products-option.js';
import { rowsCautions } from './set-cautions.js';

const options = z.strictObject({
  neighbours: z.int().positive().default(3).describe('Which neighbour the ball around an image reaches to.'),
  products: productsOption,
});
export type NeighbourOptions = z.output<typeof options>;

/**
 * Improved precision and recall (arXiv:1904.06991, section 3): the share of generated images within the reach of a real
 * image's neighbours, and of real images within the reach of a generated one's.
 */
export async function precisionRecall(
  real: Matrix,
  fake: Matrix,
  { neighbours: k, products }: NeighbourOptions,
): Promise<{ readonly precision: number; readonly recall: number } & Pick<Neighbourhoods, 'empty'>> {
  const { realBalls, inFakeBall, empty } = await neighbourhoods(real, fake, { k, products });
  return { precision: share(realBalls), recall: share(inFakeBall), empty };
}

export class PrecisionRecall implements Metric {
  readonly outputs: Readonly<Record<string, Direction>> = { precision: 'higher', recall: 'higher' };
  readonly needs = [] as const;
  readonly summary = featureRowsKind;

  constructor(private readonly options: NeighbourOptions) {}

  expectEnough(real: FeatureSetShape, fake: FeatureSetShape): void {
    expectNeighbours([real, fake], this.options.neighbours);
  }

  async compute(real: FeatureSummary, fake: FeatureSummary): Promise<MetricResult> {
    const [first, second] = [featureRowsOf(real), featureRowsOf(fake)];
    const { empty, ...numbers } = await precisionRecall(first.matrix, second.matrix, this.options);
    const { neighbours: k } = this.options;
    return {
      numbers,
      cautions: [
        ...rowsCautions(['precision', 'recall'], first, second),
        ...ballCautions(['precision'], { name: 'real', count: first.count }, empty.real, k),
        ...ballCautions(['recall'], { name: 'generated', count: second.count }, empty.fake, k),
      ],
    };
  }
}

export const precisionRecallMetric = defineComponent({
  slot: 'metric',
  id: 'precision-recall',
  summary: 'How many generated images lie among the real ones, and how many real ones among the generated.',
  cites: ['arXiv:1904.06991', 'github:clovaai/generative-evaluation-prdc'],
  options,
  create: (given) => new PrecisionRecall(given),
});
