import { allReduceSeconds, linkOf, sentBytes } from './all-reduce.js';

const link = { latencySeconds: 50e-6, gapSeconds: 10e-6, bytesPerSecond: 1e9 };

test('a ring of four: six rounds of a message and a quarter of the bytes', () => {
  // 6 (50 us + 250 kB / (1 GB/s)) = 6 (50 us + 250 us).
  expect(allReduceSeconds([1e6], 4, link)).toBeCloseTo(1.8e-3, 12);
  expect(sentBytes(1e6, 4)).toBe(1.5e6);
});

test('one process exchanges nothing; a network without end leaves the messages', () => {
  expect(allReduceSeconds([1e9], 1, link)).toBe(0);
  expect(sentBytes(1e9, 1)).toBe(0);
  expect(allReduceSeconds([1e9], 8, { ...link, latencySeconds: 1e-3, bytesPerSecond: Infinity })).toBeCloseTo(
    14e-3,
    12,
  );
});

test('bytes come to twice the tensor as processes become many, messages to ever more', () => {
  const many = allReduceSeconds([1e9], 512, { ...link, latencySeconds: 0 });
  expect(many).toBeCloseTo((2 * 511) / 512, 9);
  expect(allReduceSeconds([0], 512, link)).toBeCloseTo(1022 * 50e-6, 12);
});

test('sums side by side share the latency, and their bytes queue', () => {
  // 6 (50 us + 2 x 10 us + 250 us).
  expect(allReduceSeconds([5e5, 4e5, 1e5], 4, link)).toBeCloseTo(6 * 320e-6, 12);
});

test.each([2, 3, 8])('the link is read from sums over %d', (workers) => {
  const sum = (bytes: number) => ({ bytes, seconds: allReduceSeconds([bytes], workers, link) });
  const besideSeconds = allReduceSeconds([0, 0], workers, link) - allReduceSeconds([0], workers, link);
  const found = linkOf({ workers, short: sum(32), long: sum(4 << 20), besideSeconds });
  expect(found.gapSeconds).toBeCloseTo(link.gapSeconds, 12);
  expect(found.latencySeconds).toBeCloseTo(link.latencySeconds, 12);
  expect(found.bytesPerSecond / link.bytesPerSecond).toBeCloseTo(1, 9);
});

test('a latency below what is measurable is none', () => {
  const found = linkOf({
    workers: 2,
    short: { bytes: 1e6, seconds: 1e-9 },
    long: { bytes: 2e6, seconds: 1 },
    besideSeconds: 1e-3,
  });
  expect(found).toMatchObject({ latencySeconds: 0, gapSeconds: 0 });
});
