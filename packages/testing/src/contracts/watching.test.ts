import {
  RandomStream,
  type Augmentation,
  type FeatureBatch,
  type FeatureExtractor,
  type FeatureSummary,
  type Metric,
  type Reporter,
  type Stabilizer,
  type SummaryArrays,
  type SummaryKind,
} from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import type { Subject } from '../subject.js';
import { augmentationContract } from './augmentation.js';
import { featureExtractorContract } from './feature-extractor.js';
import { metricContract } from './metric.js';
import { failuresOf } from './record.js';
import { reporterContract } from './reporter.js';
import { stabilizerContract } from './stabilizer.js';

/** Adds one number to each image. */
const brightness: Augmentation = {
  draw: (count, random) => ({ values: random.uniforms(count), width: 1 }),
  apply: (images, drawn) => tf.tidy(() => images.add(drawn.reshape([-1, 1, 1, 1])) as tf.Tensor4D),
};

/** Mean color. */
const meanColor: FeatureExtractor = {
  featureSize: 3,
  manifest: { name: 'mean color' },
  load: async () => undefined,
  extract: (images) => ({ features: tf.tidy(() => images.mean([1, 2]) as tf.Tensor2D) }),
  dispose: () => undefined,
};

/** Sum and number of the features of a set, and whether its images are all like the first. */
class Total implements FeatureSummary {
  count = 0;
  sum = 0;
  first: Float32Array | null = null;
  isEqual = true;

  async add({ count, features }: FeatureBatch): Promise<void> {
    const size = features.length / count;
    this.first ??= features.slice(0, size);
    this.isEqual &&= features.every((value, i) => value === this.first![i % size]);
    this.count += count;
    this.sum += features.reduce((a, b) => a + b, 0);
  }

  async arrays(): Promise<SummaryArrays> {
    return { total: Float64Array.of(this.count, this.sum, Number(this.isEqual)) };
  }
}

const totalKind: SummaryKind = {
  key: 'total',
  create: () => new Total(),
  restore: (_, { total }) =>
    Object.assign(new Total(), { count: total![0], sum: total![1], isEqual: total![2] === 1 }),
};

const meanDistance: Metric = {
  outputs: { distance: 'lower' },
  needs: [],
  summary: totalKind,
  compute: async (...sets) => {
    const [real, fake] = sets.map((set) => (set instanceof Total ? set.sum / set.count : Number.NaN));
    const areEqual = sets.slice(0, 2).every((set) => set instanceof Total && set.isEqual);
    return {
      numbers: { distance: Math.abs(real! - fake!) },
      cautions: areEqual
        ? [{ code: 'equal-images', numbers: ['distance'], text: 'all images of a set are equal' }]
        : [],
    };
  },
};

/** Stops at the fifth observation. */
function counter(): Stabilizer {
  let seen = 0;
  return {
    interval: 5,
    async observe() {
      seen += 1;
      return { action: seen === 5 ? { kind: 'stop', evidence: 'five observations' } : { kind: 'continue' } };
    },
    get state() {
      return { seen };
    },
    restore(state) {
      seen = (state as { seen: number }).seen;
    },
  };
}

const silent: Reporter = { report: () => undefined, close: async () => undefined };

augmentationContract({ name: 'brightness', create: () => brightness });
featureExtractorContract({ name: 'mean color', create: () => meanColor }, { resolution: 4, channels: 3 });
metricContract({ name: 'mean distance', create: () => meanDistance });
stabilizerContract({ name: 'counter', create: counter });
reporterContract({ name: 'silent', create: () => silent });

describe('contracts notice', () => {
  const subject = <T>(value: T): Subject<T> => ({ name: 'broken', create: () => value });
  const augmentation =
    (broken: Partial<Augmentation>): (() => void) =>
    () =>
      augmentationContract(subject({ ...brightness, ...broken }));
  const extractor =
    (broken: Partial<FeatureExtractor>): (() => void) =>
    () =>
      featureExtractorContract(subject({ ...meanColor, ...broken }), { resolution: 4, channels: 3 });
  const metric =
    (broken: Partial<Metric>): (() => void) =>
    () =>
      metricContract(subject({ ...meanDistance, ...broken }));
  const computes = (distance: () => number): (() => void) =>
    metric({ compute: async () => ({ numbers: { distance: distance() }, cautions: [] }) });
  const summed = (broken: Partial<FeatureSummary>): (() => void) =>
    metric({ summary: { ...totalKind, create: () => Object.assign(new Total(), broken) } });
  const reporter =
    (broken: Partial<Reporter>): (() => void) =>
    () =>
      reporterContract(subject({ ...silent, ...broken }));
  const stabilizer =
    (change: (made: Stabilizer) => Partial<Stabilizer>): (() => void) =>
    () =>
      stabilizerContract({
        name: 'broken',
        create: () => {
          const made = counter();
          return {
            interval: 5,
            observe: made.observe,
            state: made.state,
            restore: made.restore,
            ...change(made),
          };
        },
      });

  test.each<[string, () => void, RegExp]>([
    [
      'draws of the wrong size',
      augmentation({ draw: () => ({ values: new Float32Array(2), width: 1 }) }),
      /draws/,
    ],
    [
      'an augmentation that mixes images',
      augmentation({ apply: (x, d) => tf.tidy(() => x.add(d.mean()) as tf.Tensor4D) }),
      /its own draw/,
    ],
    [
      'an augmentation without gradients',
      augmentation({
        apply: (x, d) => tf.tidy(() => tf.round(x.mul(100)).add(d.reshape([-1, 1, 1, 1])) as tf.Tensor4D),
      }),
      /gradients/,
    ],
    [
      'an augmentation that leaks',
      augmentation({ apply: (x, d) => x.add(d.reshape([-1, 1, 1, 1])) as tf.Tensor4D }),
      /leaks/,
    ],
    [
      'features of the batch',
      extractor({
        extract: (x) => ({ features: tf.tidy(() => x.mean([1, 2]).sub(x.mean([0, 1, 2])) as tf.Tensor2D) }),
      }),
      /by itself/,
    ],
    ['features of the wrong size', extractor({ featureSize: 4 }), /sizes that it announces/],
    ['an empty manifest', extractor({ manifest: {} }), /manifest/],
    ['a metric that is not a number', computes(() => Number.NaN), /finite/],
    [
      'a metric without a word beside sets of equal images',
      metric({
        compute: async (...sets) => ({ ...(await meanDistance.compute(...sets)), cautions: [] }),
      }),
      /says so where all images/,
    ],
    ['a metric that is constant', computes(() => 1), /function of the features/],
    [
      'a metric with randomness of its own',
      computes(() => RandomStream.create(Number(process.hrtime.bigint() % 1000000n), '').nextUniform()),
      /function of the features/,
    ],
    ['a number that was not announced', metric({ outputs: { other: 'lower' } }), /announces/],
    [
      'a metric that sorts in place',
      summed({
        add(this: Total, batch: FeatureBatch) {
          batch.features.sort();
          return Total.prototype.add.call(this, batch);
        },
      }),
      /leaves the features/,
    ],
    [
      'a summary of the last batch',
      summed({
        add(this: Total, batch: FeatureBatch) {
          this.count = this.sum = 0;
          return Total.prototype.add.call(this, batch);
        },
      }),
      /came in batches/,
    ],
    [
      'a summary that cannot be restored',
      metric({ summary: { ...totalKind, restore: () => new Total() } }),
      /restored/,
    ],
    ['a stabilizer that forgets', stabilizer(() => ({ restore: () => undefined })), /resumes/],
    [
      'a stabilizer with an action of its own',
      stabilizer(() => ({
        observe: async () => ({ action: { kind: 'panic' } as unknown as { kind: 'continue' } }),
      })),
      /action/,
    ],
    ['a stabilizer without an interval', stabilizer(() => ({ interval: 0 })), /how often/],
    [
      'a reporter that refuses NaN',
      reporter({
        report: (event) => {
          if (Object.values(event).some(Number.isNaN)) throw new Error('NaN');
        },
      }),
      /takes the event/,
    ],
    [
      'a reporter that closes once',
      reporter(
        (() => {
          let closed = false;
          return {
            close: async () => {
              if (closed) throw new Error('closed');
              closed = true;
            },
          };
        })(),
      ),
      /twice/,
    ],
  ])('%s', async (_, contract, expected) => {
    const failures = await failuresOf(contract);
    expect(failures.map(({ name }) => name).join('\n')).toMatch(expected);
  });
});
