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
import { rowsAt } from './bootstrap.js';
import { belowZero, fewForCovariance, fewForLine, shortLine } from './cautions.js';
import { tooFewImages } from './errors.js';
import type { Matrix } from './feature-checks.js';
import { featureRowsKind, featureRowsOf } from './feature-rows.js';
import { frechetDistance } from './frechet-distance.js';
import { productsOption } from './products-option.js';
import { expectCovariance } from './moments-summary.js';
import { rowsCautions } from './set-cautions.js';
import { momentsOf, type Moments } from './streaming-moments.js';

const options = z.strictObject({
  points: z.int().min(3).default(15).describe('Numbers of images that the distance is taken at.'),
  least: z.int().min(2).default(5000).describe('The smallest of them; the largest is all images.'),
  products: productsOption,
});
export type FidInfinityOptions = z.output<typeof options>;

/** A line through points by least squares, at x = 0. */
export interface Intercept {
  readonly value: number;
  /** Its standard error, from the residuals. */
  readonly error: number;
}

/** Ordinary least squares through three points or more, whose x are not all the same. */
export function interceptOf(points: readonly { readonly x: number; readonly y: number }[]): Intercept {
  const mean = (of: (point: { x: number; y: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x0, y0] = [mean(({ x }) => x), mean(({ y }) => y)];
  const spread = mean(({ x }) => (x - x0) ** 2);
  const slope = mean(({ x, y }) => (x - x0) * (y - y0)) / spread;
  const value = y0 - slope * x0;
  const residual = mean(({ x, y }) => (y - value - slope * x) ** 2) / (points.length - 2);
  return { value, error: Math.sqrt(residual * (1 + x0 ** 2 / spread)) };
}

/**
 * FID without the bias of few generated images (arXiv:1911.07023): FID of N images grows as a constant over N, so that a
 * line through FIDs of random subsets against 1 / N tells FID of infinitely many. That of the real images is not
 * removed: they are the reference. The generator's latents are random here; the paper's are quasi-random, which makes
 * it vary less.
 * @throws TOO_FEW_IMAGES unless there are more images than `least`
 */
export async function fidInfinity(
  real: Moments,
  fake: Matrix,
  { points, least, products }: FidInfinityOptions,
  random: RandomStream,
): Promise<Intercept> {
  expectMoreThan(least, fake);
  const distances: { x: number; y: number }[] = [];
  for (let point = 0; point < points; point++) {
    const count = Math.floor(least + ((fake.count - least) * point) / (points - 1));
    const drawn = random.permutation(fake.count).subarray(0, count);
    const { distance } = frechetDistance(real, await momentsOf(rowsAt(fake, drawn), products));
    distances.push({ x: 1 / count, y: distance });
  }
  return interceptOf(distances);
}

function expectMoreThan(least: number, { count }: { readonly count: number }): void {
  if (count <= least)
    throw tooFewImages('fid-infinity', least + 1, count, 'Give more images, or lower `least`.');
}

export class FidInfinity implements Metric {
  readonly outputs: Readonly<Record<string, Direction>> = {
    fidInfinity: 'lower',
    fidInfinityError: 'neither',
  };
  readonly needs = [] as const;
  readonly bootstraps = false;
  readonly summary = featureRowsKind;

  constructor(private readonly options: FidInfinityOptions) {}

  expectEnough(real: FeatureSetShape, fake: FeatureSetShape): void {
    expectCovariance([real]);
    expectMoreThan(this.options.least, fake);
  }

  async compute(real: FeatureSummary, fake: FeatureSummary, random: RandomStream): Promise<MetricResult> {
    const [first, second] = [featureRowsOf(real), featureRowsOf(fake)];
    const reference = await momentsOf(first.matrix, this.options.products);
    const { value, error } = await fidInfinity(reference, second.matrix, this.options, random);
    return {
      numbers: { fidInfinity: value, fidInfinityError: error },
      cautions: [
        ...this.cautions(value, first.matrix, second.count),
        ...rowsCautions(['fidInfinity'], first, second),
      ],
    };
  }

  private cautions(value: number, { count: real, size }: Matrix, fake: number): readonly Caution[] {
    const { least } = this.options;
    const numbers = ['fidInfinity'];
    return [
      ...(real <= size ? [fewForCovariance(numbers, [{ name: 'real', count: real }], size)] : []),
      ...(least <= size ? [fewForLine(numbers, least, size)] : []),
      ...(fake < 2 * least ? [shortLine(numbers, least, fake)] : []),
      ...(value < 0 ? [belowZero(numbers)] : []),
    ];
  }
}

export const fidInfinityMetric = defineComponent({
  slot: 'metric',
  id: 'fid-infinity',
  summary: 'FID extrapolated to infinitely many generated images: numbers of different counts compare.',
  cites: ['arXiv:1911.07023', 'github:mchong6/FID_IS_infinity'],
  options,
  create: (given) => new FidInfinity(given),
});
