import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '@ganymede/core';
import { expectAllclose, expectNoLeak } from '@ganymede/testing';
import { normal, orthogonal, scaled, uniform, xavier } from './initializers.js';
import { orthonormalByProducts } from './orthonormal-products.js';
import { orthonormalVectors } from './orthonormal.js';

const random = (): RandomStream => RandomStream.create(7, 'initializers');

/** Largest deviation of the Gram matrix of rows (or columns) from the identity. */
function deviation(values: Float32Array, rest: number, outputs: number): number {
  const byColumns = outputs <= rest;
  const [count, length] = byColumns ? [outputs, rest] : [rest, outputs];
  const at = (vector: number, i: number): number =>
    byColumns ? values[i * outputs + vector]! : values[vector * outputs + i]!;
  let worst = 0;
  for (let a = 0; a < count; a++)
    for (let b = 0; b <= a; b++) {
      let dot = 0;
      for (let i = 0; i < length; i++) dot += at(a, i) * at(b, i);
      worst = Math.max(worst, Math.abs(dot - (a === b ? 1 : 0)));
    }
  return worst;
}

const variance = (values: Float32Array): number => values.reduce((sum, v) => sum + v * v, 0) / values.length;

describe('orthogonal', () => {
  test.each([
    [[3, 3, 4, 10], 36, 10],
    [[1, 1, 8, 8], 8, 8],
    [[5, 33], 5, 33],
    [[7, 1], 7, 1],
    [[1, 6], 1, 6],
  ])('%j has orthonormal rows or columns', (shape, rest, outputs) => {
    expect(deviation(orthogonal(shape, random()), rest, outputs)).toBeLessThan(1e-6);
  });

  test('is uniform: entries have mean square 1 / (longer side) and no preferred sign', () => {
    const values = orthogonal([60, 40], random());
    expect(variance(values)).toBeCloseTo(1 / 60, 6);
    expect(Math.abs(values.reduce((sum, v) => sum + v, 0) / values.length)).toBeLessThan(
      4 / Math.sqrt(60 * 2400),
    );
    const diagonal = Array.from({ length: 40 }, (_, i) => Math.sign(values[i * 40 + i]!));
    expect(Math.abs(diagonal.reduce((sum, sign) => sum + sign, 0))).toBeLessThan(26);
  });

  test('wants two dimensions', () => {
    expect(() => orthogonal([5], random())).toThrow(
      'orthogonal: expected two or more dimensions of one or more, got [5]',
    );
  });
});

test('by products of matrices the vectors are the same, up to rounding', async () => {
  await tf.setBackend('cpu');
  const byProducts = orthonormalByProducts(20, 50, random());
  expectAllclose(byProducts, Float32Array.from(orthonormalVectors(20, 50, random())), { atol: 1e-5 });
  expect(deviation(byProducts, 20, 50)).toBeLessThan(1e-5);
  expectNoLeak(() => orthonormalByProducts(3, 7, random()));
});

test('normal has its standard deviation', () => {
  expect(Math.sqrt(variance(normal(0.02)([100, 200], random())))).toBeCloseTo(0.02, 3);
});

test("xavier's bound counts the kernel's area in both fans", () => {
  const bound = Math.sqrt(6 / (9 * 4 + 9 * 10));
  const values = xavier([3, 3, 4, 10], random());
  const largest = values.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
  expect(largest).toBeLessThanOrEqual(Math.fround(bound));
  expect(largest).toBeGreaterThan(0.97 * bound);
  expect(variance(values)).toBeCloseTo((bound * bound) / 3, 2);
});

test('the same stream gives the same values', () => {
  for (const initialize of [orthogonal, normal(), xavier, uniform(1)])
    expect(initialize([4, 5], random())).toEqual(initialize([4, 5], random()));
});

test('scaled is the same values times the factor', () => {
  const plain = xavier([3, 3, 4, 5], random());
  expectAllclose(
    scaled(2, xavier)([3, 3, 4, 5], random()),
    plain.map((value) => 2 * value),
  );
});
