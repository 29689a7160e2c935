import { RandomStream } from '@ganymede/core';
import { componentContract, expectNoLeak, fromComponent, metricContract, useCpu } from '@ganymede/testing';
import { randomMatrix, readFixture } from '../testing/fixture.js';
import { densityCoverage, densityCoverageMetric } from './density-coverage.js';
import type { Matrix } from './feature-checks.js';
import { squaredDistance } from './nearest-distances.js';
import { neighbourRadii } from './neighbour-radii.js';
import { neighbourhoods } from './neighbourhoods.js';
import { precisionRecall, precisionRecallMetric } from './precision-recall.js';

componentContract(precisionRecallMetric);
metricContract(fromComponent(precisionRecallMetric));
componentContract(densityCoverageMetric);
metricContract(fromComponent(densityCoverageMetric));

const { features_a: a, features_b: b } = readFixture();

beforeAll(useCpu);

/** A set whose distances are nearly equal, far from the origin: float32 products cannot order its neighbours. */
function crowded(count: number): Matrix {
  const random = RandomStream.create(9, 'crowded');
  const { values, size } = randomMatrix(count, 16, (length) => random.normals(length));
  return { values: values.map((value) => Math.fround(300 + 0.01 * value)), count, size };
}

test('the k-th neighbour, counted by hand', async () => {
  const points = { values: Float64Array.of(0, 1, 3, 7), count: 4, size: 1 };
  expect(await neighbourRadii(points, 1, 'float64')).toEqual(Float64Array.of(1, 1, 4, 16));
  expect(await neighbourRadii(points, 2, 'float64')).toEqual(Float64Array.of(9, 4, 9, 36));
});

test.each([
  ['the fixture', a],
  ['nearly equal distances', crowded(300)],
])('products on the backend give the very radii of float64: %s', async (_, set) => {
  expect(await neighbourRadii(set, 5, 'backend')).toEqual(await neighbourRadii(set, 5, 'float64'));
});

test('and the very neighbourhoods', async () => {
  const crowd = crowded(400);
  const half = { values: crowd.values.subarray(200 * 16), count: 200, size: 16 };
  const rest = { values: crowd.values.subarray(0, 200 * 16), count: 200, size: 16 };
  for (const [real, fake] of [
    [a, b],
    [half, rest],
  ] as const) {
    expect(await neighbourhoods(real, fake, { k: 3, products: 'backend' })).toEqual(
      await neighbourhoods(real, fake, { k: 3, products: 'float64' }),
    );
  }
});

test('blocks cover every pair', async () => {
  // More rows than a block holds.
  const random = RandomStream.create(13, 'many');
  const many = randomMatrix(1100, 2, (length) => random.normals(length));
  const radii = await neighbourRadii(many, 1, 'float64');
  for (const i of [0, 511, 512, 1099]) {
    const nearest = Array.from({ length: 1100 }, (_, j) =>
      j === i ? Infinity : squaredDistance(many, i, many, j),
    );
    expect(radii[i]).toBe(Math.min(...nearest));
  }
});

test('equal sets are precise, recalled and covered', async () => {
  const options = { neighbours: 3, products: 'float64' } as const;
  expect(await precisionRecall(a, a, options)).toMatchObject({ precision: 1, recall: 1 });
  expect((await densityCoverage(a, a, options)).coverage).toBe(1);
});

test('one stray image does not cover the world', async () => {
  const far = { ...b, values: b.values.map((value) => value + 1000) };
  const options = { neighbours: 3, products: 'float64' } as const;
  expect(await precisionRecall(a, far, options)).toMatchObject({ precision: 0, recall: 0 });
  expect(await densityCoverage(a, far, options)).toMatchObject({ density: 0, coverage: 0 });
});

test('leak nothing', async () => {
  await expectNoLeak(async () => {
    await neighbourhoods(a, b, { k: 3, products: 'backend' });
  });
});

test('say what is wrong', async () => {
  const few = { values: new Float32Array(6), count: 3, size: 2 };
  await expect(neighbourhoods(few, few, { k: 3 })).rejects.toMatchObject({
    code: 'TOO_FEW_IMAGES',
    message: 'neighbourhoods: expected at least 4 images, got 3',
  });
  await expect(neighbourhoods(few, few, { k: 0 })).rejects.toMatchObject({
    code: 'BAD_OPTION',
    message: 'neighbours: expected a positive integer, got 0',
  });
});
