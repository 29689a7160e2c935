import { RandomStream } from '@ganymede/core';
import { bootstrap, rowsAt } from './bootstrap.js';

const stream = (): RandomStream => RandomStream.create(8, 'bootstrap');

test('the standard error of a mean is that of the formula', async () => {
  const values = Float64Array.from(RandomStream.create(6, 'values').normals(400));
  const mean = values.reduce((a, b) => a + b, 0) / 400;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 400);
  const { low, high, standardError } = await bootstrap(
    [400],
    ([indices]) => indices!.reduce((sum, i) => sum + values[i]!, 0) / 400,
    stream(),
    { resamples: 1000, level: 0.95 },
  );
  const wanted = deviation / Math.sqrt(400);
  expect(Math.abs(standardError / wanted - 1)).toBeLessThan(0.1);
  expect(Math.abs((high - low) / (2 * 1.96 * wanted) - 1)).toBeLessThan(0.15);
  expect(low).toBeLessThan(mean);
  expect(high).toBeGreaterThan(mean);
});

test('draws each set by itself, with replacement', async () => {
  await bootstrap(
    [3, 50],
    ([first, second]) => {
      expect([first!.length, second!.length]).toEqual([3, 50]);
      expect(Math.max(...first!)).toBeLessThan(3);
      expect(new Set(second).size).toBeLessThan(50);
      return 0;
    },
    stream(),
    { resamples: 20, level: 0.9 },
  );
});

test('rows by index', () => {
  const { values, count } = rowsAt(
    { values: Float32Array.of(1, 2, 3, 4, 5, 6), count: 3, size: 2 },
    [2, 0, 2],
  );
  expect([...values]).toEqual([5, 6, 1, 2, 5, 6]);
  expect(count).toBe(3);
});

test.each([
  [{ resamples: 1, level: 0.9 }, /resamples: expected an integer of at least 2, got 1/],
  [{ resamples: 10, level: 1 }, /level: expected a number in \(0, 1\), got 1/],
])('%j is refused', async (options, message) => {
  await expect(bootstrap([2], () => 0, stream(), options)).rejects.toMatchObject({
    code: 'BAD_OPTION',
    message: expect.stringMatching(message),
  });
});
