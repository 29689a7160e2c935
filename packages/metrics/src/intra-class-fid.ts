import {
  defineComponent,
  type Direction,
  type FeatureSetShape,
  type FeatureSummary,
  type Metric,
  type MetricResult,
} from '@ganymede/core';
import { z } from 'zod';
import { equalImages, fewOfClass } from './cautions.js';
import { classPairs, leastOf, type ClassSize, type LabelledRows } from './class-rows.js';
import { oneClass } from './errors.js';
import { featureRowsKind, featureRowsOf } from './feature-rows.js';
import type { FidOptions } from './fid.js';
import { frechetDistance } from './frechet-distance.js';
import type { Products } from './products.js';
import { productsOption } from './products-option.js';
import { constantIn, rowsCautions } from './set-cautions.js';
import { momentsOf, type Moments } from './streaming-moments.js';

/** A class and how far its images are apart. */
export interface ClassDistance {
  readonly label: number;
  readonly distance: number;
  readonly real: Moments;
  readonly fake: Moments;
}

/**
 * The Fréchet distance of each class by itself, with the moments that it is between, in the order of the labels.
 * @throws FEATURE_PART_MISSING, FEATURE_SIZES_DIFFER, BAD_FEATURE_SHAPE, NON_FINITE_FEATURE, ONE_CLASS, CLASS_TOO_SMALL
 */
async function* eachClassDistance(
  real: LabelledRows,
  fake: LabelledRows,
  products: Products = 'auto',
): AsyncGenerator<ClassDistance> {
  for (const pair of classPairs('intra-class FID', real, fake)) {
    const first = await momentsOf(pair.real, products);
    const second = await momentsOf(pair.fake, products);
    const { distance } = frechetDistance(first, second);
    yield { label: pair.label, distance, real: first, fake: second };
  }
}

/** The Fréchet distance of each class by itself, in the order of the labels. @throws as `eachClassDistance` */
export async function classDistances(
  real: LabelledRows,
  fake: LabelledRows,
  products: Products = 'auto',
): Promise<readonly { readonly label: number; readonly distance: number }[]> {
  const distances: { label: number; distance: number }[] = [];
  for await (const { label, distance } of eachClassDistance(real, fake, products))
    distances.push({ label, distance });
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

  expectEnough(real: FeatureSetShape): void {
    if (real.classes !== undefined && real.classes < 2) throw oneClass('intra-class FID', real.classes);
  }

  async compute(real: FeatureSummary, fake: FeatureSummary): Promise<MetricResult> {
    const [first, second] = [featureRowsOf(real), featureRowsOf(fake)];
    const distances: number[] = [];
    const sizes: ClassSize[] = [];
    const equal = { real: [] as number[], generated: [] as number[] };
    for await (const one of eachClassDistance(first, second, this.options.products)) {
      distances.push(one.distance);
      for (const [name, moments] of [['real', one.real] as const, ['generated', one.fake] as const]) {
        sizes.push({ label: one.label, name, count: moments.count });
        if (constantIn(moments) === moments.size) equal[name].push(one.label);
      }
    }
    const numbers = {
      intraClassFid: distances.reduce((a, b) => a + b, 0) / distances.length,
      worstClassFid: Math.max(...distances),
    };
    const names = Object.keys(numbers);
    const least = leastOf(sizes);
    const { size } = first.matrix;
    return {
      numbers,
      cautions: [
        ...(least.count <= size ? [fewOfClass(names, least.label, least, size)] : []),
        ...(['real', 'generated'] as const)
          .filter((name) => equal[name].length > 0)
          .map((name) => equalImages(names, [{ name, count: 0 }], equal[name])),
        ...rowsCautions(names, first, second),
      ],
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
