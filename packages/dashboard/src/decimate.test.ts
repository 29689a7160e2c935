import { decimate } from './decimate.js';

const ramp = (count: number, value: (i: number) => number | null) => ({
  steps: Array.from({ length: count }, (_, i) => i),
  values: Array.from({ length: count }, (_, i) => value(i)),
});

test('few steps stay as they are, lines aligned over all of them', () => {
  const lines = [
    { steps: [1, 3], values: [10, 30] },
    { steps: [2, 3], values: [null, 5] },
  ];
  expect(decimate(lines, 10)).toEqual({
    steps: [1, 2, 3],
    lines: [
      [10, null, 30],
      [null, null, 5],
    ],
  });
  expect(decimate(lines, 10, 2, 3)).toEqual({
    steps: [2, 3],
    lines: [
      [null, 30],
      [null, 5],
    ],
  });
});

test('no peak is lost, and the chart ends at the last step', () => {
  const { steps, lines } = decimate(
    [ramp(100_000, (i) => (i === 54_321 ? 99 : i === 77 ? -99 : Math.sin(i)))],
    400,
  );
  expect(steps.length).toBe(800);
  expect([steps[0], steps.at(-1)]).toEqual([0, 99_999]);
  expect(steps.every((step, i) => i === 0 || step > steps[i - 1]!)).toBe(true);
  const values = lines[0]!.filter((value) => value !== null);
  expect([Math.min(...values), Math.max(...values)]).toEqual([-99, 99]);
  // Where it came: within one pixel of its step.
  expect(Math.abs(steps[lines[0]!.indexOf(99)]! - 54_321)).toBeLessThanOrEqual(250);
});

test('order within a pixel is kept, and gaps stay gaps', () => {
  const falling = decimate([ramp(1000, (i) => -i)], 10).lines[0]!;
  expect(falling.every((value, i) => i === 0 || value! < falling[i - 1]!)).toBe(true);
  const gap = decimate([ramp(1000, (i) => (i >= 300 && i < 500 ? null : 1))], 10).lines[0]!;
  expect(gap.slice(6, 10)).toEqual([null, null, null, null]);
  expect(gap.slice(4, 6)).toEqual([1, 1]);
});

test('every point of a zoomed range is there', () => {
  const { steps, lines } = decimate([ramp(100_000, (i) => i)], 400, 5000, 5100);
  expect([steps[0], steps.at(-1), steps.length]).toEqual([5000, 5100, 101]);
  expect(lines[0]![50]).toBe(5050);
});
