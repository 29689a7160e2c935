import { RandomStream } from '@ganymede/core';
import { expectDistribution, expectIndependent, normalOf, uniformOf } from '@ganymede/testing';
import { normal, orthogonal, scaled, uniform, xavier, type Initializer } from './initializers.js';

const stream = (): RandomStream => RandomStream.create(6, 'weights');

/** One entry of many small matrices: entries of one matrix depend on each other. */
function entries(initializer: Initializer, shape: readonly number[], at: number): Float32Array {
  const random = stream();
  return Float32Array.from({ length: 8000 }, () => initializer(shape, random)[at]!);
}

describe('orthogonal: every direction is as likely', () => {
  // A coordinate of a point on the sphere in three dimensions is uniform (Archimedes), in a matrix of either shape.
  test.each([
    [[3, 3], 0],
    [[3, 3], 4],
    [[3, 3], 8],
    [[3, 3], 5],
    [[3, 2], 1],
    [[2, 3], 3],
    [[1, 1, 3, 1], 2],
  ])('%j, entry %d', (shape, at) => {
    expectDistribution(entries(orthogonal, shape, at), uniformOf(-1, 1));
  });

  test('what a decomposition leaves without correcting its signs is found out', () => {
    // The factor that has a positive diagonal beside it makes the first entry negative, or positive, always.
    const biased: Initializer = (shape, random) => {
      const values = orthogonal(shape, random);
      return values.map((value) => value * Math.sign(values[0]!));
    };
    expect(() => expectDistribution(entries(biased, [3, 3], 0), uniformOf(-1, 1))).toThrow('distance');
  });

  test('rotations and reflections alike', () => {
    const random = stream();
    const signs = Array.from({ length: 4000 }, () => {
      const [a, b, c, d] = orthogonal([2, 2], random) as unknown as [number, number, number, number];
      return a * d - b * c > 0 ? 1 : 0;
    });
    const share = signs.reduce<number>((sum, one) => sum + one, 0) / signs.length;
    // Four standard errors.
    expect(Math.abs(share - 0.5)).toBeLessThan(2 / Math.sqrt(signs.length));
  });
});

test.each<[string, Initializer, ReturnType<typeof normalOf>]>([
  ['normal', normal(0.02), normalOf(0, 0.02)],
  ['scaled normal', scaled(3, normal(0.02)), normalOf(0, 0.06)],
  ['uniform', uniform(0.3), uniformOf(-0.3, 0.3)],
  // Fans of 9 x 20 and 9 x 40.
  ['xavier', xavier, uniformOf(-Math.sqrt(6 / 540), Math.sqrt(6 / 540))],
])('%s weights have their density, independently', (_, initializer, distribution) => {
  const values = initializer([3, 3, 20, 40], stream());
  expectDistribution(values, distribution);
  expectIndependent(values, 40, distribution);
});
