import { RandomStream } from '@ganymede/core';
import {
  componentContract,
  expectAllclose,
  expectNoLeak,
  fromComponent,
  metricContract,
  useCpu,
} from '@ganymede/testing';
import { randomMatrix, readFixture } from '../testing/fixture.js';
import { cubicKernel, kernelDistance } from './kernel-distance.js';
import { kid, kidMetric } from './kid.js';

componentContract(kidMetric);
metricContract(fromComponent(kidMetric, { subsets: 5, subsetSize: 32 }));

const { features_a: a, features_b: b, expected } = readFixture();

beforeAll(useCpu);

test('is zero on average for two sets of one distribution', async () => {
  const random = RandomStream.create(1, 'same');
  const distances: number[] = [];
  for (let i = 0; i < 40; i++) {
    const draw = () => randomMatrix(60, 8, (length) => random.normals(length));
    distances.push(await kernelDistance(draw(), draw()));
  }
  const mean = distances.reduce((x, y) => x + y, 0) / distances.length;
  const error = Math.sqrt(
    distances.reduce((sum, one) => sum + (one - mean) ** 2, 0) / distances.length / (distances.length - 1),
  );
  expect(Math.abs(mean)).toBeLessThan(4 * error);
  expect(Math.min(...distances)).toBeLessThan(0);
});

test('subsets scatter around the value of the full sets', async () => {
  const options = { ...cubicKernel, subsets: 50, subsetSize: 200 };
  const { mean, std } = await kid(a, b, options, RandomStream.create(3, 'kid'));
  expect(Math.abs(mean - expected.kid_unbiased_full_set_poly3)).toBeLessThan(4 * (std / Math.sqrt(50)));
  expect(std).toBeGreaterThan(0);
});

test('products on the backend agree', async () => {
  const remote = await kernelDistance(a, b, { ...cubicKernel, products: 'backend' });
  expectAllclose(remote, expected.kid_unbiased_full_set_poly3, { rtol: 1e-6, atol: 0 });
});

test('another degree', async () => {
  const [x, y] = [Float64Array.of(1, 2, 0, -1), Float64Array.of(3, 1, 1, 1)];
  const value = (p: number[], q: number[]): number => (0.5 * (p[0]! * q[0]! + p[1]! * q[1]!) + 2) ** 2;
  const by = (values: Float64Array): number[][] => [
    [values[0]!, values[1]!],
    [values[2]!, values[3]!],
  ];
  const [[x0, x1], [y0, y1]] = [by(x), by(y)];
  const cross = value(x0!, y0!) + value(x0!, y1!) + value(x1!, y0!) + value(x1!, y1!);
  const wanted = value(x0!, x1!) + value(y0!, y1!) - cross / 2;
  const kernel = { degree: 2, gamma: 0.5, coefficient: 2, products: 'float64' } as const;
  expectAllclose(
    await kernelDistance({ values: x, count: 2, size: 2 }, { values: y, count: 2, size: 2 }, kernel),
    wanted,
    { rtol: 1e-12 },
  );
});

test('leaks nothing', async () => {
  await expectNoLeak(async () => {
    await kernelDistance(a, b, { ...cubicKernel, products: 'backend' });
  });
});

test('a set smaller than a subset is refused', async () => {
  await expect(
    kid(a, b, { ...cubicKernel, subsets: 2, subsetSize: 550 }, RandomStream.create(0, 'kid')),
  ).rejects.toMatchObject({
    code: 'TOO_FEW_IMAGES',
    message: 'kid: expected at least 550 images, got 500',
    hint: expect.stringMatching(/subsetSize/),
  });
});
