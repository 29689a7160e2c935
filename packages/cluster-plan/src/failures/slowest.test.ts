import { RandomStream } from '@ganymede/core';
import { expectedSlowest, jitterOf, slowestOf } from './slowest.js';

test('the mean of one is e^(sigma^2 / 2), of two 2 e^(sigma^2 / 2) Phi(sigma / sqrt 2)', () => {
  expect(expectedSlowest(1, 0.1)).toBeCloseTo(1.005012520859401, 5);
  // Python's statistics.NormalDist gives Phi.
  expect(expectedSlowest(2, 0.1)).toBeCloseTo(1.0616670643710109, 5);
  expect(expectedSlowest(2, 0.3)).toBeCloseTo(1.2217563263741678, 4);
});

test('of many it grows; without jitter it is 1', () => {
  // The same integral with 200,000 nodes and Python's inv_cdf.
  expect(expectedSlowest(512, 0.05)).toBeCloseTo(1.164587, 4);
  expect(expectedSlowest(512, 0)).toBe(1);
});

test('one number draws what many would', () => {
  const random = RandomStream.create(1, 'slowest');
  const count = 20_000;
  const one: number[] = [];
  const all: number[] = [];
  for (let i = 0; i < count; i++) {
    one.push(slowestOf(16, 0.2, (i + 0.5) / count));
    all.push(Math.max(...Array.from({ length: 16 }, () => Math.exp(0.2 * random.nextNormal()))));
  }
  one.sort((a, b) => a - b);
  all.sort((a, b) => a - b);
  for (const share of [0.05, 0.5, 0.95])
    expect(Math.abs(one[share * count]! / all[share * count]! - 1)).toBeLessThan(0.01);
});

test('jitter is the deviation of logarithms', () => {
  expect(jitterOf([1, Math.E])).toBeCloseTo(Math.SQRT1_2, 12);
  expect(jitterOf([2, 2, 2])).toBe(0);
  expect(jitterOf([2])).toBe(0);
});
