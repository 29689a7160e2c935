import * as tf from '@tensorflow/tfjs';
import { RandomStream, type Backend, type NamedVariables } from '@ganymede/core';
import { EagerStep } from '@ganymede/core/eager-step';
import { expectAllclose, expectNoLeak } from '@ganymede/testing';
import { Matrix, SVD } from 'ml-matrix';
import { orthonormalVectors } from './orthonormal.js';
import { PartialSvd, type PartialSvdOptions } from './partial-svd.js';

const backend: Pick<Backend, 'compile'> = {
  compile: (step, { name }) => new EagerStep(name, step),
};
const random = (): RandomStream => RandomStream.create(3, 'partial-svd');
const draws = RandomStream.create(7, 'matrices');

beforeAll(() => tf.setBackend('cpu'));

/** The reference: all singular values, in float64 on the host. */
async function fullSvd(matrix: tf.Tensor): Promise<number[]> {
  const columns = matrix.shape.at(-1)!;
  const rows = matrix.size / columns;
  const values = Array.from(await matrix.data());
  return new SVD(Matrix.from1DArray(rows, columns, values), { autoTranspose: true }).diagonal;
}

/** A [rows, columns] matrix with these singular values; the others are zero. */
function withSpectrum(rows: number, columns: number, values: readonly number[]): tf.Variable {
  return tf.tidy(() => {
    const count = values.length;
    const frame = (length: number): tf.Tensor2D =>
      tf.tensor2d(Float32Array.from(orthonormalVectors(count, length, draws)), [count, length]);
    const scaled = tf.mul<tf.Tensor2D>(frame(rows), tf.tensor2d([...values], [count, 1]));
    return tf.variable(tf.matMul(scaled, frame(columns), true, false));
  });
}
const normal = (shape: number[]): tf.Variable =>
  tf.tidy(() => tf.variable(tf.tensor(draws.normals(shape.reduce((a, b) => a * b, 1)), shape)));

async function compute(
  weights: NamedVariables,
  options: PartialSvdOptions = {},
): Promise<Awaited<ReturnType<PartialSvd['compute']>>> {
  const svd = new PartialSvd(backend, weights, random(), options);
  const found = await svd.compute();
  svd.dispose();
  return found;
}

describe('the three largest singular values are those of a full SVD', () => {
  const cases: Record<string, () => tf.Variable> = {
    'a convolution of random weights': () => normal([3, 3, 8, 40]),
    'a square random matrix': () => normal([48, 48]),
    'a very wide one': () => normal([5, 400]),
    'a very tall one': () => normal([400, 3]),
    'one column': () => normal([50, 1]),
    'one entry': () => tf.variable(tf.tensor2d([[-3]])),
    'two by two': () => normal([2, 2]),
    'orthonormal columns: all values are one': () =>
      withSpectrum(
        80,
        60,
        Array.from({ length: 60 }, () => 1),
      ),
    'a threefold largest value': () =>
      withSpectrum(70, 64, [2, 2, 2, ...Array.from({ length: 50 }, (_, i) => 1 / (i + 1))]),
    'a double second value': () => withSpectrum(64, 64, [5, 2, 2, ...Array.from({ length: 50 }, () => 0.5)]),
    'a cluster at the top': () =>
      withSpectrum(
        64,
        80,
        Array.from({ length: 40 }, (_, i) => 1 - 1e-4 * i),
      ),
    'rank one': () => withSpectrum(60, 50, [4]),
    'rank two': () => withSpectrum(60, 50, [4, 1e-3]),
    zeros: () => tf.variable(tf.zeros([30, 40])),
    'large entries': () => withSpectrum(40, 50, [1e20, 3e19, 1e19]),
    'small entries': () => withSpectrum(40, 50, [1e-20, 3e-21, 1e-21]),
  };
  test.each(Object.keys(cases))('%s', async (name) => {
    const weight = cases[name]!();
    const expected = [...(await fullSvd(weight)), 0, 0].slice(0, 3);
    const { weight: found } = await compute({ weight }, { tolerance: 1e-5, sweeps: 40 });
    expectAllclose(found!.values, expected, { rtol: 2e-5, atol: 2e-5 * expected[0]! });
    expect(found!.error).toBeLessThanOrEqual(1e-5);
    expect(found!.converged).toBe(true);
    weight.dispose();
  });
});

test('a looser tolerance holds what it promises, in fewer sweeps', async () => {
  const weight = normal([160, 80]);
  const [largest, ...others] = await fullSvd(weight);
  const { weight: found } = await compute({ weight }, { tolerance: 1e-2 });
  expect(found!.converged).toBe(true);
  expect(found!.error).toBeLessThanOrEqual(1e-2);
  expectAllclose(found!.values, [largest!, ...others].slice(0, 3), { atol: 1e-2 * largest! });
  const { weight: single } = await compute({ weight }, { tolerance: 1e-6, sweeps: 1 });
  expect(single!.converged).toBe(false);
  weight.dispose();
});

test('many weights at once, by name and in their order; the same every time', async () => {
  const weights = { b: normal([3, 3, 8, 12]), a: normal([12, 72]), c: normal([72, 12]), d: normal([4, 9]) };
  const svd = new PartialSvd(backend, weights, random());
  const first = await svd.compute();
  expect(Object.keys(first)).toEqual(['b', 'a', 'c', 'd']);
  for (const [name, { values }] of Object.entries(first))
    expectAllclose(values, (await fullSvd(weights[name as 'a'])).slice(0, 3), { rtol: 1e-3 });
  expect(await svd.compute()).toEqual(first);
  svd.dispose();
  tf.dispose(weights);
});

test('a matrix that is not finite gives NaN, and its neighbours what they are', async () => {
  const [broken, whole] = [normal([20, 30]), normal([20, 30])];
  tf.tidy(() => {
    const entries = tf.oneHot(tf.tensor1d([4], 'int32'), 600).reshape([20, 30]);
    broken.assign(tf.where(entries.cast('bool'), tf.fill([20, 30], Number.NaN), broken));
  });
  const infinite = tf.variable(tf.fill([6, 7], Infinity));
  const found = await compute({ broken, infinite, whole });
  expect(found['broken']).toEqual({ values: [NaN, NaN, NaN], error: NaN, converged: false });
  expect(found['infinite']!.values).toEqual([NaN, NaN, NaN]);
  expectAllclose(found['whole']!.values, (await fullSvd(whole)).slice(0, 3), { rtol: 1e-3 });
  tf.dispose([broken, whole, infinite]);
});

test.each([
  [3, 3, 4, 6],
  [40, 6],
  [6, 40],
])('the rank-one part takes sigma_0 where it should go: %p', async (...shape) => {
  const weight = normal(shape);
  const before = await fullSvd(weight);
  const svd = new PartialSvd(backend, { weight }, random(), { tolerance: 1e-5, sweeps: 40 });
  expect(svd.rankOne('weight', 1)).toBeNull();
  await svd.compute();
  const excess = before[0]! - before[1]! / 2;
  const change = svd.rankOne('weight', excess)!;
  expect(change.shape).toEqual(shape);
  const moved = tf.sub(weight, change);
  const expected = [...before.slice(1), before[1]! / 2].sort((a, b) => b - a);
  expectAllclose(await fullSvd(moved), expected, { atol: 1e-3 });
  expect(svd.rankOne('nothing', 1)).toBeNull();
  svd.release();
  expect(svd.rankOne('weight', 1)).toBeNull();
  svd.dispose();
  tf.dispose([weight, change, moved]);
});

test('leaks nothing, whether it converged or not', async () => {
  const weight = normal([50, 40]);
  await expectNoLeak(() => compute({ weight }));
  await expectNoLeak(() => compute({ weight }, { sweeps: 1 }));
  weight.dispose();
});

test('vectors have no singular values', () => {
  const bias = normal([8]);
  expect(() => new PartialSvd(backend, { bias }, random())).toThrow(
    expect.objectContaining({
      code: 'NOT_A_MATRIX',
      message: 'singular values of bias: expected a weight of two or more axes, got [8]',
    }),
  );
  bias.dispose();
});
