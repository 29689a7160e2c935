import { curveOf, valueAt } from './curve.js';

const points = (...all: [number, number][]) => all.map(([images, value]) => ({ images, value }));

test('between two points and beyond them a curve is the line of the nearest two', () => {
  const curve = curveOf('step', points([50, 6], [10, 2], [20, 3]));
  expect([10, 15, 20, 35, 50].map((images) => valueAt(curve, images))).toEqual([2, 2.5, 3, 4.5, 6]);
  expect(valueAt(curve, 100)).toBe(11);
  // 1 whatever the images are, and 0.1 for each.
  expect(valueAt(curve, 5)).toBeCloseTo(1.5, 12);
});

test('one point alone, and a line that would begin below zero, are proportional', () => {
  expect(valueAt(points([50, 6]), 25)).toBe(3);
  expect(valueAt(points([10, 1], [20, 5]), 5)).toBe(0.5);
});

test.each([
  ['twice the same images', points([10, 1], [10, 2]), 'step: expected one value at 10 images, got two'],
  [
    'more images in less time',
    points([10, 2], [20, 1]),
    'step: expected no less at 20 images than at 10, got 1 and 2',
  ],
  ['no time at all', points([10, 0]), 'step: expected a positive number, got 0'],
  ['no number', points([10, Number.NaN]), 'step: expected a positive number, got NaN'],
])('%s is refused', (_, given, message) => {
  expect(() => curveOf('step', given)).toThrow(
    expect.objectContaining({ code: 'BAD_CLUSTER_INPUT', message }),
  );
});
