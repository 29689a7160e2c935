import { componentContract, expectAllclose, fromComponent, metricContract } from '@ganymede/testing';
import { InceptionScore, inceptionScore, inceptionScoreMetric } from './inception-score.js';
import { scoreSumsOf } from './score-sums.js';

componentContract(inceptionScoreMetric);
metricContract(fromComponent(inceptionScoreMetric));

test('one sure image of each of n classes scores n', () => {
  const classes = 7;
  const values = Float64Array.from({ length: classes * classes }, (_, i) =>
    i % classes === Math.floor(i / classes) ? 200 : 0,
  );
  expectAllclose(inceptionScore({ values, count: classes, size: classes }, 1).mean, classes, { rtol: 1e-12 });
});

test('images that all look alike score 1', () => {
  const values = Float64Array.from({ length: 60 }, (_, i) => i % 6);
  expectAllclose(inceptionScore({ values, count: 10, size: 6 }, 2).mean, 1, { rtol: 1e-12 });
});

test('a constant added to the logits changes nothing', () => {
  const values = Float64Array.from({ length: 200 }, (_, i) => Math.sin(i * i));
  const shifted = values.map((value) => value + 500);
  const size = 5;
  expectAllclose(
    inceptionScore({ values: shifted, count: 40, size }, 4).splits,
    inceptionScore({ values, count: 40, size }, 4).splits,
    { rtol: 1e-12 },
  );
});

test('splits are contiguous, bounds rounded down', () => {
  // 10 images in 3 splits: 0-2, 3-5, 6-9.
  const values = Float64Array.from({ length: 20 }, (_, i) => Math.sin(7 * i));
  const part = (from: number, to: number): number =>
    inceptionScore({ values: values.slice(2 * from, 2 * to), count: to - from, size: 2 }, 1).mean;
  const { splits } = inceptionScore({ values, count: 10, size: 2 }, 3);
  expectAllclose(splits, [part(0, 3), part(3, 6), part(6, 10)], { rtol: 1e-12 });
});

test('fewer images than splits are refused', () => {
  expect(() => inceptionScore({ values: Float64Array.of(1, 2, 3, 4), count: 2, size: 2 }, 10)).toThrow(
    expect.objectContaining({
      code: 'TOO_FEW_IMAGES',
      message: 'inception score: expected at least 10 images, got 2',
    }),
  );
});

test('sums that ended before their last splits are refused', async () => {
  const { summary } = new InceptionScore({ splits: 10 });
  const sums = summary.create({ count: 20, featureSize: 1, logitSize: 2 });
  await sums.add({ count: 12, features: new Float32Array(12), logits: new Float32Array(24) });
  expect(() => scoreSumsOf(sums).scores()).toThrow(expect.objectContaining({ code: 'TOO_FEW_IMAGES' }));
});

test('an extractor without logits is refused', () => {
  const { summary } = new InceptionScore({ splits: 10 });
  expect(() => summary.create({ count: 5, featureSize: 3 })).toThrow(
    expect.objectContaining({ code: 'FEATURE_PART_MISSING', hint: expect.stringMatching(/inception-v3/) }),
  );
});
