import { RandomStream, type FeatureBatch, type Metric, type MetricResult } from '@ganymede/core';
import { fromComponent } from '@ganymede/testing';
import {
  classDiversity,
  densityCoverageMetric,
  fid,
  fidInfinityMetric,
  inceptionScoreMetric,
  intraClassFid,
  kidMetric,
  precisionRecallMetric,
  spatialFid,
} from './index.js';

const size = 6;

interface SetOptions {
  readonly classes?: number;
  /** Rows after which they begin anew; as many as there are by default. */
  readonly period?: number;
  /** Features that vary; the others are 0.5. */
  readonly varying?: number;
}

/** Rows of normals. */
function rows(
  name: string,
  count: number,
  { classes = 2, period = count, varying = size }: SetOptions = {},
): FeatureBatch {
  const random = RandomStream.create(5, name).normals(count * size);
  const features = random.map((_, i) =>
    i % size < varying ? random[(Math.floor(i / size) % period) * size + (i % size)]! : 0.5,
  );
  return {
    count,
    features,
    logits: features,
    spatial: features,
    labels: Int32Array.from({ length: count }, (_, i) => i % classes),
  };
}

async function compare(metric: Metric, real: FeatureBatch, fake: FeatureBatch): Promise<MetricResult> {
  const summaries = await Promise.all(
    [real, fake].map(async (batch) => {
      const shape = { count: batch.count, featureSize: size, logitSize: size, spatialSize: size, classes: 2 };
      const summary = metric.summary.create(shape);
      await summary.add(batch);
      return summary;
    }),
  );
  return metric.compute(summaries[0]!, summaries[1]!, RandomStream.create(1, 'metric'));
}

const kidOptions = { subsets: 4, subsetSize: 10 };
const metrics: Readonly<Record<string, Metric>> = {
  fid: fromComponent(fid).create(),
  sfid: fromComponent(spatialFid).create(),
  kid: fromComponent(kidMetric, kidOptions).create(),
  precisionRecall: fromComponent(precisionRecallMetric).create(),
  densityCoverage: fromComponent(densityCoverageMetric).create(),
  intraClassFid: fromComponent(intraClassFid).create(),
  classDiversity: fromComponent(classDiversity).create(),
  fidInfinity: fromComponent(fidInfinityMetric, { least: 30, points: 4 }).create(),
};
const each = Object.keys(metrics);

const codes = ({ cautions }: MetricResult): readonly string[] => cautions.map(({ code }) => code);
const texts = ({ cautions }: MetricResult, code: string): readonly string[] =>
  cautions.filter((one) => one.code === code).map(({ text }) => text);

test.each(each)('%s: nothing to say of ordinary sets', async (name) => {
  expect((await compare(metrics[name]!, rows('real', 80), rows('fake', 80))).cautions).toEqual([]);
});

test.each(each)('%s: all images of a set are equal', async (name) => {
  const result = await compare(metrics[name]!, rows('real', 80), rows('fake', 80, { period: 1 }));
  expect(texts(result, 'equal-images')).toContainEqual('all 80 generated images have the same features');
  const still = await compare(metrics[name]!, rows('real', 80, { period: 1 }), rows('fake', 80));
  expect(texts(still, 'equal-images')).toContainEqual('all 80 real images have the same features');
});

test.each(each)('%s: the generated images are the real ones', async (name) => {
  const [only] = texts(await compare(metrics[name]!, rows('real', 80), rows('real', 80)), 'same-images');
  expect(only).toMatch(/^80 of 80 generated images have exactly|^both sets have the same mean/);
});

test.each(each)('%s: features that do not vary', async (name) => {
  const result = await compare(
    metrics[name]!,
    rows('real', 80, { varying: 2 }),
    rows('fake', 80, { varying: 2 }),
  );
  expect(texts(result, 'constant-features')).toEqual([
    '4 of 6 features are the same for all 80 real images: they tell nothing of their variety',
    '4 of 6 features are the same for all 80 generated images: they tell nothing of their variety',
  ]);
});

test('what is not a number is refused with its row', async () => {
  for (const value of [Number.NaN, Infinity, -Infinity]) {
    const broken = rows('fake', 80);
    broken.features[15] = value;
    for (const metric of Object.values(metrics))
      await expect(compare(metric, rows('real', 80), broken)).rejects.toMatchObject({
        code: 'NON_FINITE_FEATURE',
        message: expect.stringMatching(/in row 2/),
      });
  }
});

test('few images: the counts and the numbers of a feature', async () => {
  const few = await compare(metrics['fid']!, rows('real', 80), rows('fake', 6));
  expect(texts(few, 'few-images')).toEqual([
    '6 generated images for features of 6 numbers: the covariance is singular and the distance far too large; compare it only with numbers of the same count',
  ]);
  const byClass = await compare(metrics['intraClassFid']!, rows('real', 80), rows('fake', 13));
  expect(texts(byClass, 'few-images')).toEqual([expect.stringMatching(/^class 1 has 6 generated images/)]);
  const infinity = await compare(metrics['fidInfinity']!, rows('real', 6), rows('fake', 40));
  expect(codes(infinity)).toEqual(['few-images', 'short-line']);
  const diversity = await compare(metrics['classDiversity']!, rows('real', 80), rows('fake', 4));
  expect(texts(diversity, 'few-images')).toEqual([expect.stringMatching(/^class 0 has 2 generated images/)]);
  const balls = await compare(metrics['precisionRecall']!, rows('real', 80), rows('fake', 4));
  expect(balls.cautions).toEqual([
    expect.objectContaining({
      code: 'few-images',
      numbers: ['recall'],
      text: expect.stringMatching(/among 4/),
    }),
  ]);
});

describe('balls of radius 0', () => {
  test('sets of one image, and equal: 0 as in prdc, and said to mean nothing', async () => {
    const one = rows('one', 40, { period: 1 });
    const result = await compare(metrics['precisionRecall']!, one, one);
    expect(result.numbers).toEqual({ precision: 0, recall: 0 });
    expect(result.cautions).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          code: 'empty-balls',
          numbers: ['precision'],
          text: '40 of 40 real images have 3 copies or more: their balls have radius 0, nothing lies in them, and no image whatever could count',
        }),
        expect.objectContaining({ code: 'empty-balls', numbers: ['recall'] }),
      ]),
    );
    const dense = await compare(metrics['densityCoverage']!, one, one);
    expect(dense.numbers).toEqual({ density: 0, coverage: 0 });
    expect(codes(dense)).toContain('empty-balls');
  });

  test('copies that fill a ball here and there are counted', async () => {
    // Four of each: three copies beside every image.
    const result = await compare(
      metrics['precisionRecall']!,
      rows('real', 80, { period: 20 }),
      rows('fake', 80),
    );
    expect(result.numbers['precision']).toBe(0);
    expect(texts(result, 'empty-balls')[0]).toMatch(/^80 of 80 real images have 3 copies/);
    expect(texts(result, 'repeated-images')).toEqual([
      '60 of 80 real images repeat the features of another one',
    ]);
  });
});

test('a class without spread has no ratio', async () => {
  // Class 0 is one image, class 1 is not.
  const real = rows('real', 80);
  real.features.forEach((_, i) => {
    if (Math.floor(i / size) % 2 === 0) real.features[i] = 1;
  });
  const fake = rows('fake', 80);
  const { numbers, cautions } = await compare(metrics['classDiversity']!, real, fake);
  expect(numbers['diversityRatio']).toBe(numbers['leastDiversityRatio']);
  expect(numbers['diversityRatio']).toBeGreaterThan(0.5);
  expect(cautions).toContainEqual({
    code: 'no-spread',
    numbers: ['diversityRatio', 'leastDiversityRatio'],
    text: 'the real images of class 0 have the same features: ratios are over the other classes',
  });
  const none = await compare(metrics['classDiversity']!, rows('real', 80, { period: 1 }), fake);
  expect(none.numbers['diversityRatio']).toBeNaN();
  expect(none.numbers['leastDiversityRatio']).toBeNaN();
  expect(codes(none)).toContain('no-spread');
  const inClass = await compare(metrics['intraClassFid']!, real, fake);
  expect(texts(inClass, 'equal-images')).toEqual(['all real images of class 0 have the same features']);
});

describe('Inception Score', () => {
  const score = (splits: number): Metric => fromComponent(inceptionScoreMetric, { splits }).create();

  test('splits with fewer images than classes', async () => {
    const result = await compare(score(20), rows('real', 80), rows('fake', 80));
    expect(texts(result, 'few-images')).toEqual([expect.stringMatching(/^splits of 4 images for 6 classes/)]);
    expect((await compare(score(10), rows('real', 80), rows('fake', 80))).cautions).toEqual([]);
  });

  test('one split has no deviation, equal images have the least score', async () => {
    const result = await compare(score(1), rows('real', 80), rows('fake', 80, { period: 1 }));
    expect(result.numbers['inceptionScore']).toBeCloseTo(1, 9);
    expect(result.numbers['inceptionScoreStd']).toBeNaN();
    expect(codes(result)).toEqual(['equal-images', 'no-deviation']);
  });

  test('a classifier of one class is refused', () => {
    const shape = { count: 80, featureSize: size, logitSize: 1 };
    expect(() => score(10).expectEnough!(shape, shape)).toThrow(
      expect.objectContaining({ code: 'ONE_CLASS' }),
    );
  });
});

test('KID: subsets that are most of a set, and none at all', async () => {
  const of = (options: object): Promise<MetricResult> =>
    compare(fromComponent(kidMetric, options).create(), rows('real', 80), rows('fake', 80));
  expect(texts(await of({ subsets: 3, subsetSize: 60 }), 'overlapping-subsets')).toEqual([
    'subsets of 60 of 80 real and 80 generated images share most of them: the deviation is far too small',
  ]);
  for (const subsets of [0, 1]) {
    const result = await of({ subsets, subsetSize: 40 });
    expect(result.numbers['kidStd']).toBeNaN();
    expect(result.numbers['kid']).not.toBeNaN();
    expect(codes(result)).toEqual(['no-deviation']);
  }
});

test('sets of one image, and data of one class, are refused before anything is read', () => {
  const shape = (count: number, classes = 2) => ({ count, featureSize: size, spatialSize: size, classes });
  for (const name of ['fid', 'sfid', 'kid', 'precisionRecall', 'densityCoverage', 'fidInfinity'])
    expect(() => metrics[name]!.expectEnough!(shape(1), shape(80))).toThrow(
      expect.objectContaining({ code: 'TOO_FEW_IMAGES' }),
    );
  for (const name of ['intraClassFid', 'classDiversity'])
    expect(() => metrics[name]!.expectEnough!(shape(80, 1), shape(80, 1))).toThrow(
      expect.objectContaining({ code: 'ONE_CLASS' }),
    );
});
