import {
  defineComponent,
  type FeatureBatch,
  type FeatureSetShape,
  type FeatureSummary,
  type Metric,
  type MetricResult,
  type SummaryKind,
} from '@ganymede/core';
import { z } from 'zod';

/** Sums of features, in float64, and their ranges, which tell whether all images are equal. */
class Sums implements FeatureSummary {
  constructor(
    private readonly sums: Float64Array,
    private readonly lows: Float64Array,
    private readonly highs: Float64Array,
    public count: number,
  ) {}

  async add({ count, features }: FeatureBatch): Promise<void> {
    const { sums, lows, highs } = this;
    features.forEach((value, i) => {
      const at = i % sums.length;
      sums[at] = sums[at]! + value;
      lows[at] = Math.min(lows[at]!, value);
      highs[at] = Math.max(highs[at]!, value);
    });
    this.count += count;
  }

  async arrays(): Promise<Record<string, Float64Array | Int32Array>> {
    const { sums, lows, highs } = this;
    return { sums, lows, highs, count: Int32Array.of(this.count) };
  }

  get means(): readonly number[] {
    return [...this.sums].map((sum) => sum / this.count);
  }

  get isOneImage(): boolean {
    return this.lows.every((low, i) => low === this.highs[i]);
  }
}

const sumsOfFeatures: SummaryKind = {
  key: 'example-sums',
  create: ({ featureSize }: FeatureSetShape) =>
    new Sums(
      new Float64Array(featureSize),
      new Float64Array(featureSize).fill(Infinity),
      new Float64Array(featureSize).fill(-Infinity),
      0,
    ),
  restore: (_, { sums, lows, highs, count }) =>
    new Sums(Float64Array.from(sums!), Float64Array.from(lows!), Float64Array.from(highs!), count![0]!),
};

/** The Euclidean distance between the mean features of two sets. */
export class Example implements Metric {
  readonly outputs = { example: 'lower' } as const;
  readonly needs = [];
  readonly summary = sumsOfFeatures;

  async compute(real: FeatureSummary, fake: FeatureSummary): Promise<MetricResult> {
    if (!(real instanceof Sums) || !(fake instanceof Sums)) throw new TypeError('expected sums of features');
    const sets = { real, fake };
    const ofFake = sets.fake.means;
    const distance = Math.hypot(...sets.real.means.map((mean, i) => mean - ofFake[i]!));
    const cautions = Object.entries(sets)
      .filter(([, { isOneImage }]) => isOneImage)
      .map(([name]) => ({
        code: 'equal-images',
        numbers: ['example'],
        text: `all ${name} images have the same features`,
      }));
    return { numbers: { example: distance }, cautions };
  }
}

export const example = defineComponent({
  slot: 'metric',
  id: 'example',
  summary: 'Distance between the mean features of two sets.',
  options: z.strictObject({}),
  create: () => new Example(),
});
