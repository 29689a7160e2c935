import { RandomStream } from '@ganymede/core';
import { expectEqualShares } from '@ganymede/testing';
import { everyClass, uniformLabels } from './labels.js';

describe('uniformLabels', () => {
  test('are uniform over the classes', () => {
    const labels = uniformLabels(30_000, 10, RandomStream.create(3, 'labels'));
    expect(labels).toBeInstanceOf(Int32Array);
    const counts = new Int32Array(10);
    for (const label of labels) counts[label]! += 1;
    expectEqualShares(counts);
    // Pairs of neighbours, too: labels are independent.
    const pairs = new Int32Array(100);
    for (let i = 0; i + 1 < labels.length; i += 2) pairs[10 * labels[i]! + labels[i + 1]!]! += 1;
    expectEqualShares(pairs);
  });

  test('depend on the stream alone', () => {
    const draw = (seed: number): Int32Array => uniformLabels(20, 5, RandomStream.create(seed, 'labels'));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});

describe('everyClass', () => {
  test('takes the classes in turn, from any offset', () => {
    expect(Array.from(everyClass(7, 3))).toEqual([0, 1, 2, 0, 1, 2, 0]);
    expect(Array.from(everyClass(4, 3, 5))).toEqual([2, 0, 1, 2]);
    expect(everyClass(0, 3)).toHaveLength(0);
  });

  test('the number of classes must be positive', () => {
    expect(() => everyClass(3, 0)).toThrow('everyClass: expected a positive number of classes, got 0');
    expect(() => uniformLabels(3, 1.5, RandomStream.create(1, ''))).toThrow('uniformLabels');
  });
});
