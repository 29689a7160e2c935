import {
  defineComponent,
  type Direction,
  type FeatureSetShape,
  type FeatureSummary,
  type Metric,
  type MetricResult,
} from '@ganymede/core';
import { z } from 'zod';
import { frechetDistance, frechetDistanceOnBackend } from './frechet-distance.js';
import { expectCovariance, momentsIn, momentsKind } from './moments-summary.js';
import type { Products } from './products.js';
import { productsOption } from './products-option.js';
import { momentsCautions } from './set-cautions.js';

export interface FidOptions {
  readonly products: Products;
}

const options = z.strictObject({
  products: productsOption,
  // Absent rather than a default: manifests of exact distances stay what they were.
  root: z
    .enum(['newton-schulz'])
    .optional()
    .describe('Root of the covariances in float32 on the backend, for a GPU; exact in float64 if absent.'),
});
export type FidRootOptions = z.output<typeof options>;

/**
 * Fréchet distance of features (arXiv:1706.08500). It is FID, comparable with the literature's, if the features are
 * those of the FID Inception-v3; the manifest beside the number says which they are.
 */
export class Fid implements Metric {
  readonly outputs: Readonly<Record<string, Direction>> = { fid: 'lower' };
  readonly needs = [] as const;
  readonly bootstraps = true;
  readonly summary;

  constructor(private readonly options: FidRootOptions) {
    const { products } = options;
    this.summary = momentsKind('features', products);
  }

  expectEnough(real: FeatureSetShape, fake: FeatureSetShape): void {
    expectCovariance([real, fake]);
  }

  async compute(real: FeatureSummary, fake: FeatureSummary): Promise<MetricResult> {
    const [first, second] = await Promise.all([real, fake].map((one) => momentsIn(one)));
    const { distance } =
      this.options.root === 'newton-schulz'
        ? await frechetDistanceOnBackend(first!, second!)
        : frechetDistance(first!, second!);
    return { numbers: { fid: distance }, cautions: momentsCautions(['fid'], first!, second!) };
  }
}

export const fid = defineComponent({
  slot: 'metric',
  id: 'fid',
  summary: 'Fréchet distance between the features of real and generated images, in float64.',
  cites: ['arXiv:1706.08500', 'github:mseitzer/pytorch-fid', 'github:bioinf-jku/TTUR'],
  options,
  create: (given) => new Fid(given),
});
