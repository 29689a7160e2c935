import {
  defineComponent,
  type Direction,
  type FeatureSetShape,
  type FeatureSummary,
  type Metric,
} from '@ganymede/core';
import { z } from 'zod';
import { frechetDistance } from './frechet-distance.js';
import { momentCautions, momentsIn, momentsKind } from './moments-summary.js';
import type { Products } from './products.js';
import { productsOption } from './products-option.js';

export interface FidOptions {
  readonly products: Products;
}

/**
 * Fréchet distance of features (arXiv:1706.08500). It is FID, comparable with the literature's, if the features are
 * those of the FID Inception-v3; the manifest beside the number says which they are.
 */
export class Fid implements Metric {
  readonly outputs: Readonly<Record<string, Direction>> = { fid: 'lower' };
  readonly needs = [] as const;
  readonly bootstraps = true;
  readonly summary;

  constructor({ products }: FidOptions) {
    this.summary = momentsKind('features', products);
  }

  cautions(real: FeatureSetShape, fake: FeatureSetShape): readonly string[] {
    return momentCautions('fid', real.featureSize, real.count, fake.count);
  }

  async compute(real: FeatureSummary, fake: FeatureSummary): Promise<Record<string, number>> {
    const [first, second] = await Promise.all([real, fake].map((one) => momentsIn(one)));
    return { fid: frechetDistance(first!, second!).distance };
  }
}

export const fid = defineComponent({
  slot: 'metric',
  id: 'fid',
  summary: 'Fréchet distance between the features of real and generated images, in float64.',
  cites: ['arXiv:1706.08500', 'github:mseitzer/pytorch-fid', 'github:bioinf-jku/TTUR'],
  options: z.strictObject({ products: productsOption }),
  create: (options) => new Fid(options),
});
