import { RandomStream } from '@ganymede/core';
import { expectAllclose, expectNoLeak, useCpu } from '@ganymede/testing';
import { momentsFromArrays, momentsOf, momentsToArrays, StreamingMoments } from './streaming-moments.js';

const random = RandomStream.create(7, 'moments');
const count = 2500;
const size = 6;
/** Offsets a thousand times the spread: what a sum of squares loses, a centred one keeps. */
const values = random.normals(count * size).map((value, i) => Math.fround(value * (1 + (i % size)) + 1000));

function twoPass(): { mean: number[]; covariance: number[] } {
  const mean = Array.from({ length: size }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += values[i * size + j]! - 1000;
    return 1000 + sum / count;
  });
  const covariance = Array.from({ length: size * size }, (_, at) => {
    const [j, k] = [Math.floor(at / size), at % size];
    let sum = 0;
    for (let i = 0; i < count; i++)
      sum += (values[i * size + j]! - mean[j]!) * (values[i * size + k]! - mean[k]!);
    return sum / (count - 1);
  });
  return { mean, covariance };
}

const expected = twoPass();

beforeAll(useCpu);

test('are those of two passes over the data', async () => {
  const { mean, covariance } = await momentsOf({ values, count, size }, 'float64');
  expectAllclose(mean, expected.mean, { rtol: 1e-14, atol: 0 });
  expectAllclose(covariance, expected.covariance, { rtol: 1e-12, atol: 1e-12 });
});

test('slices on the backend keep the digits of float64', async () => {
  // tfjs's own backend computes in float64; rounding its results to float32 shows that none was needed.
  const { covariance } = await momentsOf({ values, count, size }, 'backend');
  expected.covariance.forEach((wanted, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    const scale = Math.sqrt(expected.covariance[i * size + i]! * expected.covariance[j * size + j]!);
    expect(Math.abs(covariance[at]! - wanted)).toBeLessThan(1e-9 * scale);
  });
});

test('do not depend on the batches', async () => {
  const stream = new StreamingMoments(size, 'float64');
  for (let i = 0; i < count; i += 90) {
    const rows = Math.min(90, count - i);
    await stream.add({ values: values.subarray(i * size, (i + rows) * size), count: rows, size });
  }
  expect(stream.count).toBe(count);
  const parts = await stream.finish();
  const whole = await momentsOf({ values, count, size }, 'float64');
  expect(parts).toEqual(whole);
  expect(momentsFromArrays(momentsToArrays(parts), size)).toEqual(whole);
});

test('leak nothing', async () => {
  await expectNoLeak(async () => {
    await momentsOf({ values, count, size }, 'backend');
  });
});

test('say what is wrong', async () => {
  const stream = new StreamingMoments(2);
  await expect(stream.add({ values: Float32Array.of(1, 2, 3), count: 2, size: 2 })).rejects.toMatchObject({
    code: 'BAD_FEATURE_SHAPE',
    message: 'moments: expected [2, 2] numbers, got 3',
  });
  await expect(
    stream.add({ values: Float32Array.of(1, 2, 3, Number.NaN), count: 2, size: 2 }),
  ).rejects.toMatchObject({
    code: 'NON_FINITE_FEATURE',
    message: 'moments: expected finite features, got NaN in row 1',
  });
  await stream.add({ values: Float32Array.of(1, 2), count: 1, size: 2 });
  await expect(stream.finish()).rejects.toMatchObject({
    code: 'TOO_FEW_IMAGES',
    message: 'covariance: expected at least 2 images, got 1',
  });
  expect(() => momentsFromArrays({ mean: Float64Array.of(1) }, 2)).toThrow(
    expect.objectContaining({ code: 'BAD_FEATURE_SUMMARY' }),
  );
});
