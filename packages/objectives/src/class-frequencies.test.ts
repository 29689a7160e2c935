import { RandomStream, type ObjectiveSpec } from '@ganymede/core';
import {
  chiSquare,
  chiSquareBound,
  componentContract,
  expectAllclose,
  fromComponent,
  objectiveContract,
} from '@ganymede/testing';
import { ClassFrequencies, classFrequencies, classProbabilities } from './class-frequencies.js';

componentContract(classFrequencies);
objectiveContract(fromComponent(classFrequencies));
objectiveContract(fromComponent(classFrequencies, { exponent: -1, beta: 0.99 }));

const spec = (classCounts: readonly number[] | null): ObjectiveSpec =>
  ({ generator: { classes: classCounts?.length ?? 2 }, classCounts }) as unknown as ObjectiveSpec;

test('shares are powers of the counts; a class without images has none', () => {
  const counts = [400, 100, 0];
  expectAllclose(classProbabilities(counts), [0.8, 0.2, 0]);
  expectAllclose(classProbabilities(counts, { exponent: 0.5 }), [2 / 3, 1 / 3, 0]);
  expectAllclose(classProbabilities(counts, { exponent: 0 }), [0.5, 0.5, 0]);
  expectAllclose(classProbabilities(counts, { exponent: -1 }), [0.2, 0.8, 0]);
});

/*
 * Weights of richardaecn/class-balanced-loss, before they are scaled to sum to the number of classes:
 * (1 - beta) / (1 - beta^n), with numpy 2.4 in float64 for n = 5000, 500, 50 and beta = 0.9999.
 */
test('the effective number of images is the one of the authors’ code', () => {
  const weights = [0.00025413961385536613, 0.0020503166684719505, 0.020049041652065152];
  const sum = weights.reduce((a, b) => a + b);
  expectAllclose(
    classProbabilities([5000, 500, 50], { exponent: -1, beta: 0.9999 }),
    weights.map((weight) => weight / sum),
    { rtol: 1e-9 },
  );
  // At 0 every class counts as one image, towards 1 as many as it has.
  expectAllclose(classProbabilities([300, 10], { beta: 0 }), [0.5, 0.5]);
  expectAllclose(classProbabilities([300, 100], { beta: 1 - 1e-12 }), [0.75, 0.25], { rtol: 1e-6 });
});

test('labels are drawn with these shares, the same of the same stream', () => {
  const counts = [60, 30, 9, 1];
  const labels = (seed: number): Int32Array =>
    new ClassFrequencies().create(spec(counts)).labels!(20_000, RandomStream.create(seed, 'labels'));
  const drawn = labels(5);
  expect(labels(5)).toEqual(drawn);
  expect(labels(6)).not.toEqual(drawn);
  const found = counts.map((_, label) => drawn.filter((one) => one === label).length);
  // The seed is fixed; of other seeds one in ten thousand would be refused.
  expect(
    chiSquare(
      found,
      counts.map((count) => count / 100),
    ),
  ).toBeLessThan(chiSquareBound(3, 1e-4));
});

test('what it cannot count is refused', () => {
  expect(() => new ClassFrequencies().create(spec(null))).toThrow(
    expect.objectContaining({ code: 'OBJECTIVE_NEEDS_COUNTS' }),
  );
  expect(() => new ClassFrequencies().create(spec([7]))).toThrow(
    expect.objectContaining({ code: 'OBJECTIVE_NEEDS_CLASSES' }),
  );
});
