import { RandomStream, type Prior, type Truncation } from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import type { Distribution } from '../distributions.js';
import { expectDistribution, expectIndependent } from '../expect-distribution.js';
import type { Subject } from '../subject.js';

function samplingTests(subject: Subject<Pick<Prior, 'sample'>>): void {
  const stream = (seed = 1): RandomStream => RandomStream.create(seed, 'latent');

  test.each([
    [0, 4],
    [1, 1],
    [5, 120],
  ])('gives %i x %i finite float32 numbers', (count, size) => {
    const sample = subject.create().sample(count, size, stream());
    expect(sample).toBeInstanceOf(Float32Array);
    expect(sample).toHaveLength(count * size);
    expect(sample.every(Number.isFinite)).toBe(true);
  });

  test('depends on the stream alone', () => {
    const first = subject.create().sample(8, 16, stream());
    expect(subject.create().sample(8, 16, stream())).toEqual(first);
    expect(subject.create().sample(8, 16, stream(2))).not.toEqual(first);
  });

  test('moves the stream, and keeps nothing of its own between calls', () => {
    const random = stream();
    const sampler = subject.create();
    const first = sampler.sample(4, 16, random);
    const resumed = RandomStream.restore(random.state);
    const second = sampler.sample(4, 16, random);
    expect(second).not.toEqual(first);
    expect(subject.create().sample(4, 16, resumed)).toEqual(second);
  });

  test('varies from latent to latent and from component to component', () => {
    const sample = subject.create().sample(64, 8, stream());
    for (let i = 0; i < 8; i++) {
      const column = new Set(Array.from({ length: 64 }, (_, row) => sample[row * 8 + i]));
      expect(column.size).toBeGreaterThan(1);
    }
    const rows = new Set(Array.from({ length: 64 }, (_, row) => sample.slice(row * 8, row * 8 + 8).join()));
    expect(rows.size).toBeGreaterThan(16);
  });
}

export interface SamplingContractOptions {
  /** What every component is said to be drawn from, independently: then the draws are held to it. */
  readonly distribution?: Distribution;
}

/** Of the tests of a distribution; few enough for a whole suite to keep its seed. */
const falseAlarm = 1e-4;

function distributionTests(subject: Subject<Prior>, distribution: Distribution): void {
  const [count, size] = [8000, 8];
  const sample = (): Float32Array => subject.create().sample(count, size, RandomStream.create(12, 'latent'));

  test('has the distribution that it says, by distance and by moments', () => {
    expectDistribution(sample(), distribution, { falseAlarm });
  });

  test('has it in every component', () => {
    const all = sample();
    for (let j = 0; j < size; j++)
      expectDistribution(
        Float32Array.from({ length: count }, (_, row) => all[row * size + j]!),
        distribution,
        { falseAlarm: falseAlarm / size },
      );
  });

  test('its density, where it says one, is that of its draws', () => {
    const { logDensity } = subject.create();
    if (!logDensity) return;
    const deviation = Math.sqrt(distribution.variance);
    const density = (x: number): number => {
      const step = 1e-3 * deviation;
      return (distribution.cdf(x + step) - distribution.cdf(x - step)) / (2 * step);
    };
    const places = [-1.7, -0.4, 0, 0.9, 2].map((place) => distribution.mean + place * deviation);
    const found = tf.tidy(() =>
      subject.create().logDensity!(tf.tensor2d(places.map((place) => [place, places[2]!]))).dataSync(),
    );
    places.forEach((place, i) => {
      const expected = Math.log(density(place) / density(places[2]!));
      expect(found[i]! - found[2]!).toBeCloseTo(expected, 4);
    });
  });

  test('draws components and latents independently', () => {
    expectIndependent(sample(), size, distribution, { falseAlarm });
  });
}

/** What sampling relies on in a prior: right size, finite, a function of the stream alone, and its distribution. */
export function priorContract(subject: Subject<Prior>, { distribution }: SamplingContractOptions = {}): void {
  describe(`${subject.name}: the prior contract`, () => {
    samplingTests(subject);
    if (distribution) distributionTests(subject, distribution);
  });
}

/** What sampling relies on in a truncation: as a prior, and it says which of the meanings it has. */
export function truncationContract(
  subject: Subject<Truncation>,
  { distribution }: SamplingContractOptions = {},
): void {
  describe(`${subject.name}: the truncation contract`, () => {
    samplingTests(subject);
    if (distribution) distributionTests(subject, distribution);

    test('names its convention', () => {
      expect(subject.create().convention).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    });
  });
}
