import { RandomStream, type Caution, type FeatureBatch, type FeatureSetShape } from '@ganymede/core';
import { intervalOf, type ConfidenceInterval } from '@ganymede/metrics';
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
    const all = joined(this.batches);
    const random = RandomStream.create(seed, 'bootstrap');
    const values = new Map<string, number[]>();
    for (let done = 0; done < this.resamples; done++) {
      onResample(done);
      const indices = Uint32Array.from({ length: all.count }, () => random.nextInteger(all.count));
      const batch = rowsOf(all, indices);
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

const parts = ['features', 'logits', 'spatial'] as const;

function joined(batches: readonly FeatureBatch[]): FeatureBatch {
  const count = batches.reduce((sum, batch) => sum + batch.count, 0);
  const together = (part: (typeof parts)[number]): Float32Array | null => {
    if (!batches.every((batch) => batch[part])) return null;
    const values = new Float32Array(batches.reduce((sum, batch) => sum + batch[part]!.length, 0));
    let at = 0;
    for (const batch of batches) {
      values.set(batch[part]!, at);
      at += batch[part]!.length;
    }
    return values;
  };
  const [features, logits, spatial] = parts.map(together);
  const labels = Int32Array.from(batches.flatMap((batch) => Array.from(batch.labels ?? [])));
  return {
    count,
    features: features!,
    ...(logits && { logits }),
    ...(spatial && { spatial }),
    ...(labels.length === count && { labels }),
  };
}

function rowsOf(batch: FeatureBatch, indices: Uint32Array): FeatureBatch {
  const chosen = (values: Float32Array): Float32Array => {
    const size = values.length / batch.count;
    const rows = new Float32Array(indices.length * size);
    indices.forEach((from, to) => rows.set(values.subarray(from * size, (from + 1) * size), to * size));
    return rows;
  };
  const { logits, spatial, labels } = batch;
  return {
    count: indices.length,
    features: chosen(batch.features),
    ...(logits && { logits: chosen(logits) }),
    ...(spatial && { spatial: chosen(spatial) }),
    ...(labels && { labels: Int32Array.from(indices, (index) => labels[index]!) }),
  };
}
