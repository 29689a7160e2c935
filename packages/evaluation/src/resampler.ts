import { RandomStream, type Caution, type FeatureBatch, type FeatureSetShape } from '@ganymede/core';
import { intervalOf, joinedBatches, rowsOfBatch, type ConfidenceInterval } from '@ganymede/metrics';
import { resamplesCautions } from './cautions.js';
import type { ChosenMetric, Summaries } from './measure.js';

const level = 0.95;

/**
 * Confidence intervals of numbers by the bootstrap over generated images, the reference being what it is. Keeps all
 * features of the images. FID of a resample is larger than of the images, for fewer of them are distinct: its interval
 * lies above the number, and its width is what it tells.
 */
export class Resampler {
  private readonly batches: FeatureBatch[] = [];
  private readonly metrics: readonly ChosenMetric[];

  /** @param resamples - at least 2 */
  constructor(
    metrics: readonly ChosenMetric[],
    private readonly resamples: number,
  ) {
    this.metrics = metrics.filter(({ metric }) => metric.bootstraps === true);
  }

  keep(batch: FeatureBatch): void {
    this.batches.push(batch);
  }

  /** @param shape - of the set, but for its count */
  async intervals(
    real: Summaries,
    shape: FeatureSetShape,
    seed: number,
    onResample: (done: number) => void = () => undefined,
  ): Promise<Readonly<Record<string, ConfidenceInterval>>> {
    const all = joinedBatches(this.batches);
    const random = RandomStream.create(seed, 'bootstrap');
    const values = new Map<string, number[]>();
    for (let done = 0; done < this.resamples; done++) {
      onResample(done);
      const indices = Uint32Array.from({ length: all.count }, () => random.nextInteger(all.count));
      const batch = rowsOfBatch(all, indices);
      for (const { metric, use } of this.metrics) {
        const fake = metric.summary.create({ ...shape, count: all.count });
        await fake.add(batch);
        const { numbers } = await metric.compute(
          real.get(metric.summary.key)!,
          fake,
          RandomStream.create(seed, `metric/${use}`),
        );
        for (const [name, value] of Object.entries(numbers))
          values.set(name, [...(values.get(name) ?? []), value]);
      }
    }
    return Object.fromEntries([...values].map(([name, own]) => [name, intervalOf(own, level)]));
  }
}

/** @param resamples - as many as the intervals are of; absent where there are none */
export const intervalCautions = (
  intervals: Readonly<Record<string, ConfidenceInterval>> | undefined,
  resamples: number | undefined,
): readonly Caution[] => resamplesCautions(Object.keys(intervals ?? {}), resamples ?? 0);
