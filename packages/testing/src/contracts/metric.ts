import { RandomStream, type Metric } from '@ganymede/core';
import type { Subject } from '../subject.js';

interface Features {
  readonly features: Float32Array;
  readonly count: number;
  readonly size: number;
}

export interface MetricContractOptions {
  /** Images in each of the two sets; default 64. */
  readonly count?: number;
  /** Numbers in a feature; default 8. */
  readonly size?: number;
}

/** What evaluation relies on in a metric: finite numbers, the same for the same features and stream. */
export function metricContract(
  subject: Subject<Metric>,
  { count = 64, size = 8 }: MetricContractOptions = {},
): void {
  const features = (name: string, shift = 0): Features => {
    const values = RandomStream.create(3, name).normals(count * size);
    return { features: values.map((value) => value + shift), count, size };
  };
  const stream = (): RandomStream => RandomStream.create(1, 'metric');

  describe(`${subject.name}: the metric contract`, () => {
    test('gives finite numbers by name', () => {
      const numbers = subject.create().compute(features('real'), features('fake', 0.5), stream());
      expect(Object.keys(numbers).length).toBeGreaterThan(0);
      for (const [name, value] of Object.entries(numbers)) {
        expect(name).not.toBe('');
        expect({ name, finite: Number.isFinite(value) }).toEqual({ name, finite: true });
      }
    });

    test('is a function of the features and the stream', () => {
      const compute = (shift: number): Readonly<Record<string, number>> =>
        subject.create().compute(features('real'), features('fake', shift), stream());
      expect(compute(0.5)).toEqual(compute(0.5));
      expect(compute(2)).not.toEqual(compute(0.5));
    });

    test('leaves the features as they are', () => {
      const [real, fake] = [features('real'), features('fake')];
      const before = [real.features.slice(), fake.features.slice()];
      subject.create().compute(real, fake, stream());
      expect([real.features, fake.features]).toEqual(before);
    });
  });
}
