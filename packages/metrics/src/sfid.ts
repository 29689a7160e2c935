import {
  defineComponent,
  type Direction,
  type FeatureSetShape,
  type FeatureSummary,
  type Metric,
  type MetricResult,
} from '@ganymede/core';
import { z } from 'zod';
import type { FidOptions } from './fid.js';
import { frechetDistance } from './frechet-distance.js';
import { expectCovariance, momentsIn, momentsKind } from './moments-summary.js';
import { productsOption } from './products-option.js';
import { momentsCautions } from './set-cautions.js';

/**
 * sFID (arXiv:2103.03841, section 3): the Fréchet distance of features that are not pooled over the image, the first
 * seven channels of Inception's `Mixed_6d` block, 17 x 17 x 7 = 2023 numbers. Sees where things are,
 * which pooled features forget.
 */
export class SpatialFid implements Metric {
  readonly outputs: Readonly<Record<string, Direction>> = { sfid: 'lower' };
  readonly needs = ['spatial'] as const;
  readonly bootstraps = true;
  readonly summary;

  constructor({ products }: FidOptions) {
    this.summary = momentsKind('spatial', products);
  }

  expectEnough(real: FeatureSetShape, fake: FeatureSetShape): void {
    expectCovariance([real, fake]);
  }

  async compute(real: FeatureSummary, fake: FeatureSummary): Promise<MetricResult> {
    const [first, second] = await Promise.all([real, fake].map((one) => momentsIn(one)));
    const { distance } = frechetDistance(first!, second!);
    return { numbers: { sfid: distance }, cautions: momentsCautions(['sfid'], first!, second!) };
  }
}

export const spatialFid = defineComponent({
  slot: 'metric',
  id: 'sfid',
  summary: 'Fréchet distance of features that keep their place in the image.',
  cites: ['arXiv:2103.03841', 'github:openai/guided-diffusion'],
  options: z.strictObject({ products: productsOption }),
  create: (options) => new SpatialFid(options),
});
