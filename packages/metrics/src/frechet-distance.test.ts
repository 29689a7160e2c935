import { RandomStream } from '@ganymede/core';
import { componentContract, expectAllclose, fromComponent, metricContract } from '@ganymede/testing';
import { randomMatrix } from '../testing/fixture.js';
import { fid } from './fid.js';
import { frechetDistance } from './frechet-distance.js';
import { spatialFid } from './sfid.js';
import { momentsOf, type Moments } from './streaming-moments.js';

componentContract(fid);
metricContract(fromComponent(fid));
componentContract(spatialFid);
metricContract(fromComponent(spatialFid));

const random = RandomStream.create(5, 'frechet');
const normals = (count: number, size: number) =>
  randomMatrix(count, size, (length) => random.normals(length));

/** Moments of a diagonal covariance. */
function diagonal(mean: readonly number[], variances: readonly number[]): Moments {
  const size = mean.length;
  const covariance = new Float64Array(size * size);
  variances.forEach((variance, i) => (covariance[i * size + i] = variance));
  return { count: 100, size, mean: Float64Array.from(mean), covariance };
}

test('diagonal covariances: the sum of squared differences of standard deviations', () => {
  const { distance, means, covariances } = frechetDistance(
    diagonal([1, 0, -2], [4, 9, 1]),
    diagonal([0, 0, 1], [1, 25, 1]),
  );
  expectAllclose([distance, means, covariances], [10 + 1 + 4, 10, 5], { rtol: 1e-14 });
});

test('of a set with itself it is nothing', async () => {
  const moments = await momentsOf(normals(200, 30));
  expect(frechetDistance(moments, moments).distance).toBeLessThan(1e-11);
});

test('is symmetric and grows with a shift by its square', async () => {
  const [first, second] = [await momentsOf(normals(300, 20)), await momentsOf(normals(250, 20))];
  expectAllclose(frechetDistance(first, second).distance, frechetDistance(second, first).distance, {
    rtol: 1e-10,
  });
  const shifted = { ...first, mean: first.mean.map((value) => value + 0.5) };
  expectAllclose(frechetDistance(first, shifted).distance, 20 * 0.25, { rtol: 1e-9 });
});

test('fewer images than features: as with the features turned into their span', async () => {
  // 12 images span 11 dimensions. Rotating features changes no distance, so a basis of that span gives the same.
  const [count, size] = [12, 40];
  const basis = normals(size, size);
  const embed = (small: Float32Array, width: number): Float64Array => {
    const rows = new Float64Array(count * size);
    for (let i = 0; i < count; i++)
      for (let j = 0; j < width; j++) rows[i * size + j] = small[i * width + j]!;
    return rows;
  };
  const rotation = orthonormal(basis.values, size);
  const rotate = (rows: Float64Array): Float64Array => {
    const out = new Float64Array(rows.length);
    for (let i = 0; i < count; i++)
      for (let j = 0; j < size; j++)
        for (let k = 0; k < size; k++)
          out[i * size + j] = out[i * size + j]! + rows[i * size + k]! * rotation[k * size + j]!;
    return out;
  };
  const width = 10;
  const [x, y] = [normals(count, width), normals(count, width)];
  const small = frechetDistance(await momentsOf(x), await momentsOf(y)).distance;
  const large = frechetDistance(
    await momentsOf({ values: rotate(embed(x.values as Float32Array, width)), count, size }),
    await momentsOf({ values: rotate(embed(y.values as Float32Array, width)), count, size }),
  ).distance;
  expectAllclose(large, small, { rtol: 1e-7 });
});

/** Rows made orthonormal, twice over for the digits. */
function orthonormal(values: ArrayLike<number>, size: number): Float64Array {
  const rows = Float64Array.from(values);
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < i; j++) {
        let dot = 0;
        for (let k = 0; k < size; k++) dot += rows[i * size + k]! * rows[j * size + k]!;
        for (let k = 0; k < size; k++) rows[i * size + k] = rows[i * size + k]! - dot * rows[j * size + k]!;
      }
      let norm = 0;
      for (let k = 0; k < size; k++) norm += rows[i * size + k]! ** 2;
      for (let k = 0; k < size; k++) rows[i * size + k] = rows[i * size + k]! / Math.sqrt(norm);
    }
  }
  return rows;
}

test('features of two sizes are refused', () => {
  expect(() => frechetDistance(diagonal([0], [1]), diagonal([0, 0], [1, 1]))).toThrow(
    expect.objectContaining({
      code: 'FEATURE_SIZES_DIFFER',
      message: expect.stringMatching(/expected features of one size, got 1 .* and 2 /),
    }),
  );
});
