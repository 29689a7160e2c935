import { RandomStream, type FeatureBatch } from '@ganymede/core';
import { componentContract, expectAllclose, fromComponent, metricContract } from '@ganymede/testing';
import { ClassDiversity, classDiversity, classSpreads, meanPairDistance } from './class-diversity.js';
import { FeatureRows } from './feature-rows.js';
import { frechetDistance } from './frechet-distance.js';
import { classDistances, IntraClassFid, intraClassFid } from './intra-class-fid.js';
import { momentsOf } from './streaming-moments.js';

componentContract(intraClassFid);
metricContract(fromComponent(intraClassFid));
componentContract(classDiversity);
metricContract(fromComponent(classDiversity, { pairs: 20 }));

const size = 5;
const stream = (): RandomStream => RandomStream.create(4, 'metric');

/** Rows of the given classes in turn; `spread` scales those of class 1. */
function rows(name: string, count: number, classes: number, spread = 1): FeatureBatch {
  const values = RandomStream.create(2, name).normals(count * size);
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  return {
    count,
    features: values.map((value, i) => (labels[Math.floor(i / size)] === 1 ? spread : 1) * value),
    labels,
  };
}

function summary(batch: FeatureBatch): FeatureRows {
  const all = new FeatureRows({ count: batch.count, featureSize: size });
  all.append(batch);
  return all;
}

function ofClass({ features, labels, count }: FeatureBatch, label: number) {
  const kept = Array.from({ length: count }, (_, i) => i).filter((i) => labels![i] === label);
  return {
    values: Float32Array.from(kept.flatMap((i) => [...features.subarray(i * size, (i + 1) * size)])),
    count: kept.length,
    size,
  };
}

test('intra-class FID is the mean of the classes’ distances', async () => {
  const [real, fake] = [rows('real', 60, 3), rows('fake', 90, 3, 3)];
  const { numbers } = await new IntraClassFid({ products: 'float64' }).compute(summary(real), summary(fake));
  const each: number[] = [];
  for (const label of [0, 1, 2])
    each.push(
      frechetDistance(await momentsOf(ofClass(real, label)), await momentsOf(ofClass(fake, label))).distance,
    );
  expectAllclose(numbers['intraClassFid']!, (each[0]! + each[1]! + each[2]!) / 3, { rtol: 1e-12 });
  expectAllclose(numbers['worstClassFid']!, each[1]!, { rtol: 1e-12 });
});

test('a class that has collapsed shows in the least ratio', async () => {
  const [real, fake] = [rows('real', 60, 3), rows('fake', 60, 3, 0)];
  const { numbers } = await new ClassDiversity({ pairs: 1000 }).compute(
    summary(real),
    summary(fake),
    stream(),
  );
  expect(numbers['leastDiversityRatio']).toBe(0);
  expect(numbers['diversityRatio']).toBeGreaterThan(0.5);
});

test('pairs drawn at random come near to the mean over all pairs', () => {
  const set = ofClass(rows('real', 400, 1), 0);
  const all = meanPairDistance(set, 1e6, stream());
  expectAllclose(meanPairDistance(set, 20_000, stream()), all, { rtol: 0.02 });
  const points = { values: Float32Array.of(0, 3, 6), count: 3, size: 1 };
  expect(meanPairDistance(points, 3, stream())).toBe(4);
});

test('on plain arrays: a number for each class, and bad input named', async () => {
  const plain = ({ features, labels, count }: FeatureBatch) => ({
    matrix: { values: features, count, size },
    labels: labels!,
  });
  const [real, fake] = [plain(rows('real', 60, 3)), plain(rows('fake', 60, 3, 0))];
  const distances = await classDistances(real, fake, 'float64');
  expect(distances.map(({ label }) => label)).toEqual([0, 1, 2]);
  const { distance } = frechetDistance(
    await momentsOf(ofClass(rows('real', 60, 3), 1)),
    await momentsOf(ofClass(rows('fake', 60, 3, 0), 1)),
  );
  expect(distances[1]!.distance).toBe(distance);
  expect(classSpreads(real, fake, 1000, stream())[1]).toMatchObject({ label: 1, fake: 0 });

  const broken = Float32Array.from(fake.matrix.values, (value, i) => (i === 11 ? Number.NaN : value));
  const spreadsOf = (other: typeof fake) => () => classSpreads(real, other, 10, stream());
  expect(spreadsOf({ ...fake, matrix: { ...fake.matrix, values: broken } })).toThrow(
    expect.objectContaining({ code: 'NON_FINITE_FEATURE', message: expect.stringMatching(/NaN in row 2/) }),
  );
  expect(spreadsOf({ ...fake, labels: fake.labels.slice(1) })).toThrow(
    expect.objectContaining({
      code: 'BAD_FEATURE_SHAPE',
      message: expect.stringMatching(/60 labels, got 59/),
    }),
  );
  expect(
    spreadsOf({ ...fake, matrix: { ...fake.matrix, size: 1, count: 300 }, labels: new Int32Array(300) }),
  ).toThrow(expect.objectContaining({ code: 'FEATURE_SIZES_DIFFER' }));
});

test.each([
  ['images without labels', { ...rows('x', 6, 2), labels: undefined }, 'FEATURE_PART_MISSING', /labels/],
  ['one class', rows('x', 6, 1), 'ONE_CLASS', /at least 2 classes, got 1/],
  ['a class of one image', rows('x', 3, 2), 'CLASS_TOO_SMALL', /at least 2 fake images of class 1, got 1/],
])('%s: refused', async (_, fake, code, message) => {
  const { labels, ...unlabelled } = fake;
  const given = summary(labels ? { ...unlabelled, labels } : unlabelled);
  const real = code === 'ONE_CLASS' ? given : summary(rows('real', 8, 2));
  await expect(new IntraClassFid({ products: 'float64' }).compute(real, given)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});
