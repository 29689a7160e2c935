import {
  isGanymedeError,
  RandomStream,
  type FeatureBatch,
  type FeatureSetShape,
  type Metric,
  type MetricResult,
} from '@ganymede/core';
import type { Subject } from '../subject.js';

export interface MetricContractOptions {
  /** Images in each of the two sets; default 64. */
  readonly count?: number;
  /** Numbers in a feature; default 8. */
  readonly size?: number;
}

/**
 * What evaluation relies on in a metric: the numbers it says, finite, the same for the same features and stream; and a
 * caution, or an error, where the sets say nothing.
 */
export function metricContract(
  subject: Subject<Metric>,
  { count = 64, size = 8 }: MetricContractOptions = {},
): void {
  const classes = 4;
  const shape: FeatureSetShape = { count, featureSize: size, logitSize: size, spatialSize: size, classes };
  const set = (name: string, shift = 0): FeatureBatch => {
    const values = (part: string): Float32Array =>
      RandomStream.create(3, `${name}/${part}`)
        .normals(count * size)
        .map((value, i) => value * (1 + shift) + shift * (i % 3));
    const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
    return {
      count,
      features: values('features'),
      logits: values('logits'),
      spatial: values('spatial'),
      labels,
    };
  };
  const part = (batch: FeatureBatch, from: number, to: number): FeatureBatch => ({
    count: to - from,
    features: batch.features.slice(from * size, to * size),
    logits: batch.logits!.slice(from * size, to * size),
    spatial: batch.spatial!.slice(from * size, to * size),
    labels: batch.labels!.slice(from, to),
  });
  const stream = (): RandomStream => RandomStream.create(1, 'metric');

  /** Sums up both sets in batches of the given size and compares them. */
  async function compute(real: FeatureBatch, fake: FeatureBatch, batchSize = count): Promise<MetricResult> {
    const metric = subject.create();
    const [first, second] = [metric.summary.create(shape), metric.summary.create(shape)];
    for (let from = 0; from < count; from += batchSize) {
      const to = Math.min(from + batchSize, count);
      await first.add(part(real, from, to));
      await second.add(part(fake, from, to));
    }
    return metric.compute(first, second, stream());
  }

  /** A set whose images are all the first one of another; labels and count stay. */
  const allEqual = (batch: FeatureBatch): FeatureBatch => {
    const repeated = (values: Float32Array): Float32Array => values.map((_, i) => values[i % size]!);
    const { features, logits, spatial } = batch;
    return {
      ...batch,
      features: repeated(features),
      logits: repeated(logits!),
      spatial: repeated(spatial!),
    };
  };

  /** What is said of sets, or the coded error. */
  async function computeOrRefuse(real: FeatureBatch, fake: FeatureBatch): Promise<MetricResult | string> {
    try {
      return await compute(real, fake);
    } catch (error) {
      if (isGanymedeError(error)) return error.code;
      throw error;
    }
  }

  function expectTold({ numbers, cautions }: MetricResult): void {
    const names = Object.keys(subject.create().outputs);
    for (const { code, numbers: about, text } of cautions) {
      expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(about.length).toBeGreaterThan(0);
      expect(names).toEqual(expect.arrayContaining([...about]));
      expect(text).not.toBe('');
    }
    for (const [name, value] of Object.entries(numbers)) {
      const isTold = cautions.some(({ numbers: about }) => about.includes(name));
      expect({ name, said: Number.isFinite(value) || (Number.isNaN(value) && isTold) }).toEqual({
        name,
        said: true,
      });
    }
  }

  describe(`${subject.name}: the metric contract`, () => {
    test('has enough images where it computes', () => {
      expect(() => subject.create().expectEnough?.(shape, shape)).not.toThrow();
    });

    test('gives the numbers that it announces, finite or told to be none', async () => {
      const result = await compute(set('real'), set('fake', 0.5));
      const { numbers } = result;
      const metric = subject.create();
      expect(Object.keys(metric.outputs).length).toBeGreaterThan(0);
      expect(Object.keys(numbers)).toEqual(Object.keys(metric.outputs));
      expect(Object.values(numbers).some(Number.isFinite)).toBe(true);
      expectTold(result);
    });

    test('says so where all images of a set are equal, or refuses them', async () => {
      const [real, fake] = [set('real'), set('fake', 0.5)];
      const both = await computeOrRefuse(allEqual(real), allEqual(fake));
      if (typeof both !== 'string') {
        expect(both.cautions).not.toEqual([]);
        expectTold(both);
      }
      for (const sets of [
        [allEqual(real), fake],
        [real, allEqual(fake)],
        [real, real],
      ] as const) {
        const result = await computeOrRefuse(...sets);
        if (typeof result !== 'string') expectTold(result);
      }
    });

    test('is a function of the features and the stream', async () => {
      expect(await compute(set('real'), set('fake', 0.5))).toEqual(
        await compute(set('real'), set('fake', 0.5)),
      );
      expect(await compute(set('real'), set('fake', 2))).not.toEqual(
        await compute(set('real'), set('fake', 0.5)),
      );
    });

    test('does not depend on how the images came in batches', async () => {
      const whole = await compute(set('real'), set('fake', 0.5));
      const parts = await compute(set('real'), set('fake', 0.5), 7);
      for (const [name, value] of Object.entries(whole.numbers)) {
        const other = parts.numbers[name]!;
        if (Number.isNaN(value)) expect(other).toBeNaN();
        else expect(Math.abs(other - value)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(value)));
      }
      expect(parts.cautions).toEqual(whole.cautions);
    });

    test('a summary is restored from its arrays', async () => {
      const metric = subject.create();
      const [real, fake] = [metric.summary.create(shape), metric.summary.create(shape)];
      await real.add(set('real'));
      await fake.add(set('fake', 0.5));
      expect(real.count).toBe(count);
      const again = metric.summary.restore(shape, await real.arrays());
      expect(again.count).toBe(count);
      expect(await metric.compute(again, fake, stream())).toEqual(await metric.compute(real, fake, stream()));
    });

    test('leaves the features as they are', async () => {
      const [real, fake] = [set('real'), set('fake')];
      const before = structuredClone([real, fake]);
      const metric = subject.create();
      const [first, second] = [metric.summary.create(shape), metric.summary.create(shape)];
      await first.add(real);
      await second.add(fake);
      await metric.compute(first, second, stream());
      expect([real, fake]).toEqual(before);
    });
  });
}
