import { RandomStream } from '@ganymede/core';
import { expectAllclose, expectNoLeak, useCpu } from '@ganymede/testing';
import { randomMatrix, readFixture } from '../testing/fixture.js';
import { Fid } from './fid.js';
import { frechetDistance, frechetDistanceOnBackend } from './frechet-distance.js';
import { newtonSchulzTrace } from './newton-schulz.js';
import { momentsOf, type Moments } from './streaming-moments.js';

beforeAll(useCpu);

const { features_a: a, features_b: b, expected } = readFixture();
const traceOf = ({ covariance, size }: Moments): number =>
  covariance.reduce((sum, value, i) => (i % (size + 1) === 0 ? sum + value : sum), 0);

test('diagonal matrices: the sum of the roots, which float32 holds', async () => {
  const diagonal = (values: readonly number[]): Float64Array =>
    Float64Array.from({ length: values.length ** 2 }, (_, i) =>
      i % (values.length + 1) === 0 ? values[i / (values.length + 1)]! : 0,
    );
  expectAllclose(await newtonSchulzTrace(diagonal([4, 9, 1]), diagonal([9, 1, 16]), 3), 6 + 3 + 4, {
    rtol: 1e-6,
  });
  expect(await newtonSchulzTrace(diagonal([1, 2]), diagonal([0, 0]), 2)).toBe(0);
});

test('pytorch-fid’s value of the fixture, whose spectrum falls, to 5e-4', async () => {
  const { distance } = await frechetDistanceOnBackend(await momentsOf(a), await momentsOf(b));
  expectAllclose(distance, expected.fid, { rtol: 5e-4, atol: 0 });
});

test.each([
  ['a spectrum that falls by 2000', 600, 1, 5e-4],
  ['fewer images than features', 30, 0, 5e-5],
])('%s: off by less than a share of the traces', async (_, count, decay, share) => {
  const size = 48;
  const set = (name: string, scale: number) => {
    const random = RandomStream.create(1, name);
    const matrix = randomMatrix(count, size, (length) => random.normals(length));
    return { ...matrix, values: matrix.values.map((v, i) => (scale * v) / (1 + (i % size) * decay)) };
  };
  const [first, second] = [await momentsOf(set('first', 1)), await momentsOf(set('second', 1.2))];
  const exact = frechetDistance(first, second).distance;
  const quick = (await frechetDistanceOnBackend(first, second)).distance;
  expect(Math.abs(quick - exact)).toBeLessThan(share * (traceOf(first) + traceOf(second)));
  expect(quick).not.toBe(exact);
});

test('fid takes it where it is asked to', async () => {
  const summed = async (metric: Fid): Promise<number> => {
    const [real, fake] = [a, b].map(({ count, size }) => metric.summary.create({ count, featureSize: size }));
    await real!.add({ count: a.count, features: a.values as Float32Array });
    await fake!.add({ count: b.count, features: b.values as Float32Array });
    return (await metric.compute(real!, fake!)).numbers['fid']!;
  };
  const quick = await summed(new Fid({ products: 'float64', root: 'newton-schulz' }));
  expectAllclose(quick, expected.fid, { rtol: 5e-4, atol: 0 });
  expect(quick).not.toBe(await summed(new Fid({ products: 'float64' })));
});

test('covariances without a direction in common', async () => {
  const [first, second] = [Float64Array.of(1, 0, 0, 0), Float64Array.of(0, 0, 0, 1)];
  expect(await newtonSchulzTrace(first, second, 2)).toBe(0);
});

test('leaks nothing, and refuses what is no covariance', async () => {
  const { covariance, size } = await momentsOf(a);
  await expectNoLeak(async () => {
    await newtonSchulzTrace(covariance, covariance, size);
  });
  await expect(
    newtonSchulzTrace(Float64Array.of(1, 0, 0, Number.NaN), Float64Array.of(1, 0, 0, 1), 2),
  ).rejects.toMatchObject({ code: 'NOT_CONVERGED' });
});
