import {
  defineComponent,
  type Direction,
  type FeatureSetShape,
  type FeatureSummary,
  type Metric,
} from '@ganymede/core';
import { z } from 'zod';
import { classPairs, type LabelledRows } from './class-rows.js';
import { featureRowsKind, featureRowsOf } from './feature-rows.js';
import type { FidOptions } from './fid.js';
import { frechetDistance } from './frechet-distance.js';
import { momentCautions } from './moments-summary.js';
import type { Products } from './products.js';
import { productsOption } from './products-option.js';
import { momentsOf } from './streaming-moments.js';

/**
 * The Fréchet distance of each class by itself, in the order of the labels.
 * @throws FEATURE_PART_MISSING, FEATURE_SIZES_DIFFER, BAD_FEATURE_SHAPE, NON_FINITE_FEATURE, ONE_CLASS, CLASS_TOO_SMALL
 */
export async function classDistances(
  real: LabelledRows,
  fake: LabelledRows,
  products: Products = 'auto',
): Promise<readonly { readonly label: number; readonly distance: number }[]> {
  const distances: { label: number; distance: number }[] = [];
  for (const pair of classPairs('intra-class FID', real, fake)) {
    const first = await momentsOf(pair.real, products);
    const second = await momentsOf(pair.fake, products);
    distances.push({ label: pair.label, distance: frechetDistance(first, second).distance });
  }
  return distances;
}

/**
 * Intra-class FID (arXiv:1802.05637, section 4.1): the Fréchet distance of each class by itself, and their mean. A
 * generator that has collapsed in some classes hides behind the others in FID, not here. With few images a class the
 * bias of FID is large: compare only numbers of one count.
 */
export class IntraClassFid implements Metric {
  readonly outputs: Readonly<Record<string, Direction>> = { intraClassFid: 'lower', worstClassFid: 'lower' };
  readonly needs = ['labels'] as const;
  readonly bootstraps = true;
  readonly summary = featureRowsKind;

  constructor(private readonly options: FidOptions) {}

  cautions(real: FeatureSetShape, fake: FeatureSetShape): readonly string[] {
    const classes = Math.max(1, real.classes ?? 1);
    const perClass = [real.count, fake.count].map((count) => Math.floor(count / classes));
    return momentCautions('intraClassFid, of a class', real.featureSize, ...perClass);
  }

  async compute(real: FeatureSummary, fake: FeatureSummary): Promise<Record<string, number>> {
    const all = await classDistances(featureRowsOf(real), featureRowsOf(fake), this.options.products);
    const distances = all.map(({ distance }) => distance);
    return {
      intraClassFid: distances.reduce((a, b) => a + b, 0) / distances.length,
      worstClassFid: Math.max(...distances),
    };
  }
}

export const intraClassFid = defineComponent({
  slot: 'metric',
  id: 'intra-class-fid',
  summary: 'Mean over the classes of the Fréchet distance within a class.',
  cites: ['arXiv:1802.05637', 'github:POSTECH-CVLab/PyTorch-StudioGAN'],
  options: z.strictObject({ products: productsOption }),
  create: (options) => new IntraClassFid(options),
});
