import type { ReplicaGroup, Replicas } from '@ganymede/core';
import { statisticsGroup } from './batch-norm-group.js';

const group = { size: 2 } as ReplicaGroup;
const four = { size: 4, grouped: (size: number) => ({ ...group, size }) } as Replicas;

test('all processes where nothing is said, or as many as there are', () => {
  expect(statisticsGroup(undefined, null)).toBeUndefined();
  expect(statisticsGroup(undefined, 1)).toBeUndefined();
  expect(statisticsGroup(four, null)).toBe(four);
  expect(statisticsGroup(four, 4)).toBe(four);
});

test('groups of a divisor of their number', () => {
  expect(statisticsGroup(four, 2)).toEqual({ size: 2 });
  expect(statisticsGroup(four, 1)).toEqual({ size: 1 });
});

test.each([
  [four, 3, 4],
  [four, 8, 4],
  [undefined, 2, 1],
])('%# others are refused', (replicas, size, processes) => {
  expect(() => statisticsGroup(replicas, size)).toThrow(
    expect.objectContaining({
      code: 'BATCH_NORM_GROUP',
      message: `batchNormGroup: expected a divisor of the number of processes, ${processes}, got ${size}`,
    }),
  );
});
