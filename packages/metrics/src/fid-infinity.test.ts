import { RandomStream } from '@ganymede/core';
import { componentContract, fromComponent, metricContract, useCpu } from '@ganymede/testing';
import { rowsAt } from './bootstrap.js';
import { fidInfinity, fidInfinityMetric, interceptOf } from './fid-infinity.js';
import { frechetDistance } from './frechet-distance.js';
import { momentsOf } from './streaming-moments.js';

componentContract(fidInfinityMetric);
metricContract(fromComponent(fidInfinityMetric, { points: 4, least: 24 }));

beforeAll(useCpu);

const normals = (count: number, size: number, shift: number, name: string) => ({
  values: RandomStream.create(1, name)
    .normals(count * size)
    .map((value) => value + shift),
  count,
  size,
});

test('the intercept and its error are those of ordinary least squares in numpy', () => {
  const x = [1, 2, 4, 5, 8];
  const y = [2.1, 2.9, 5.2, 6.4, 8.7];
  const { value, error } = interceptOf(x.map((x, i) => ({ x, y: y[i]! })));
  expect(value).toBeCloseTo(1.1799999999999997, 12);
  expect(error).toBeCloseTo(0.2545147889176146, 12);
});

test('it is the line through distances of random subsets', async () => {
  const real = await momentsOf(normals(60, 2, 0, 'real'));
  const fake = normals(50, 2, 0.5, 'fake');
  const random = RandomStream.create(2, 'subsets');
  const points = [];
  for (const count of [20, 35, 50]) {
    const drawn = random.permutation(50).subarray(0, count);
    points.push({ x: 1 / count, y: frechetDistance(real, await momentsOf(rowsAt(fake, drawn))).distance });
  }
  expect(
    await fidInfinity(
      real,
      fake,
      { points: 3, least: 20, products: 'float64' },
      RandomStream.create(2, 'subsets'),
    ),
  ).toEqual(interceptOf(points));
});

test('of few images it is nearer to the true distance than FID', async () => {
  const size = 8;
  const exact = {
    count: 1e9,
    size,
    mean: new Float64Array(size),
    covariance: Float64Array.from({ length: size ** 2 }, (_, i) => Number(i % (size + 1) === 0)),
  };
  const shift = 0.1;
  const truth = size * shift ** 2;
  const errors = { fid: 0, infinity: 0 };
  for (let trial = 0; trial < 10; trial++) {
    const fake = normals(400, size, shift, `fake-${trial}`);
    const options = { points: 15, least: 100, products: 'float64' } as const;
    const random = RandomStream.create(trial, 'subsets');
    errors.fid += frechetDistance(exact, await momentsOf(fake)).distance - truth;
    errors.infinity += (await fidInfinity(exact, fake, options, random)).value - truth;
  }
  expect(errors.fid / 10).toBeGreaterThan(0.03);
  expect(Math.abs(errors.infinity / 10)).toBeLessThan(0.01);
});

test('no more images than the least are refused', async () => {
  const options = { points: 3, least: 50, products: 'float64' } as const;
  const set = normals(50, 2, 0, 'few');
  await expect(
    fidInfinity(await momentsOf(set), set, options, RandomStream.create(0, 'x')),
  ).rejects.toMatchObject({ code: 'TOO_FEW_IMAGES' });
});
