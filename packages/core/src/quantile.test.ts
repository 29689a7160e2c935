import { median, quantile, sorted, upperMedian } from './quantile.js';

// numpy 2.2: np.quantile([1, 2, 4, 8, 16], [0, 0.1, 0.25, 0.5, 0.9, 1]) and np.median.
test.each([
  [0, 1],
  [0.1, 1.4],
  [0.25, 2],
  [0.5, 4],
  [0.9, 12.8],
  [1, 16],
])('the quantile at %d is numpy’s', (share, expected) => {
  expect(quantile(sorted([16, 1, 8, 2, 4]), share)).toBeCloseTo(expected, 12);
});

test('medians of an even number: between the two in the middle, or the upper of them', () => {
  expect(median([4, 1, 2, 8])).toBe(3);
  expect(upperMedian([4, 1, 2, 8])).toBe(4);
  expect([median([3, 1, 2]), upperMedian([3, 1, 2])]).toEqual([2, 2]);
});

test('values are ordered as numbers, and stay as they were', () => {
  const values = [10, 9, -1];
  expect([...sorted(values)]).toEqual([-1, 9, 10]);
  expect(values).toEqual([10, 9, -1]);
});

test('of none there is none', () => {
  expect([quantile(sorted([]), 0.5), median([]), upperMedian([])]).toEqual([NaN, NaN, NaN]);
});
