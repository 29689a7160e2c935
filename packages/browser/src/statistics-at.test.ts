import { statisticsAt } from './statistics-at.js';

const tables = {
  'norm.mean': { dtype: 'F32', shape: [3, 2], data: Float32Array.of(0, 10, 1, 20, 5, 60) },
} as const;
const at = (threshold: number, interpolation: 'linear' | 'exchanged' = 'linear'): number[] => [
  ...statisticsAt(tables, { thresholds: [0.2, 0.4, 1], interpolation }, threshold)['norm.mean']!,
];

test('a row at its threshold, and a share of both between two', () => {
  expect(at(0.2)).toEqual([0, 10]);
  expect(at(0.4)).toEqual([1, 20]);
  expect(at(1)).toEqual([5, 60]);
  at(0.55).forEach((value, i) => expect(value).toBeCloseTo([2, 30][i]!, 5));
});

test('the released models give each row the share of the other', () => {
  at(0.55, 'exchanged').forEach((value, i) => expect(value).toBeCloseTo([4, 50][i]!, 5));
  expect(at(0.4, 'exchanged')).toEqual([1, 20]);
  expect(at(1, 'exchanged')).toEqual([5, 60]);
});

test.each([0.1, 1.1, NaN])('%p is beyond the tables', (threshold) => {
  expect(() => at(threshold)).toThrow(/expected a number in \[0.2, 1\]/);
});
