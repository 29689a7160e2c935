import type { GanymedeError } from '@ganymede/core';
import { baseSizeOf, type SizeRule } from './base-size.js';

const biggan: SizeRule = { least: 3, most: 7 };

function refusal(height: number, width: number, rule: SizeRule): string {
  try {
    baseSizeOf('net', { height, width }, rule);
  } catch (error) {
    expect(error).toMatchObject({ code: 'UNSUPPORTED_RESOLUTION' });
    return (error as GanymedeError).message;
  }
  throw new Error(`net: expected a refusal of ${height}x${width}, got none`);
}

test.each([
  [32, 32, 3, 4, 4],
  [512, 512, 7, 4, 4],
  [48, 32, 3, 6, 4],
  [32, 48, 3, 4, 6],
  [128, 96, 4, 8, 6],
  [96, 96, 4, 6, 6],
  [40, 72, 3, 5, 9],
  [32, 256, 3, 4, 32],
])('%dx%d is 2^%d times %dx%d', (height, width, doublings, baseHeight, baseWidth) => {
  expect(baseSizeOf('net', { height, width }, biggan)).toEqual({
    doublings,
    height: baseHeight,
    width: baseWidth,
  });
});

test('a size that it cannot have is refused with the nearest that it can', () => {
  expect(refusal(50, 33, biggan)).toBe(
    'net: expected images whose sides are 2^n times a base whose shorter side is 4 to 7 pixels, n from 3 to 7, got 50x33; the nearest are 48x32, 56x32, 48x40',
  );
  // Of a square: squares.
  expect(refusal(50, 50, biggan)).toMatch(/nearest are 48, 56, 40$/);
  // Too small, and too large.
  expect(refusal(16, 20, biggan)).toMatch(/nearest are 32, /);
  expect(refusal(1024, 1024, biggan)).toMatch(/nearest are 896, /);
  expect(refusal(7, 3, { least: 0 })).toMatch(/pixels, got 7x3; the nearest are 7x4, /);
});

test('a discriminator that halves more often needs sides that allow it', () => {
  const rule: SizeRule = { least: 3, most: 5, halvings: (doublings) => (doublings === 4 ? 5 : doublings) };
  expect(baseSizeOf('net', { height: 96, width: 64 }, rule)).toEqual({ doublings: 4, height: 6, width: 4 });
  expect(refusal(80, 64, rule)).toMatch(/nearest are 80x56, 96x64, 64$/);
  // 80x64 is 2^4 times 5x4: what is missing is told.
  expect(refusal(80, 64, rule)).toContain(
    '4 to 7 pixels and that are multiples of 32, for the discriminator halves them 5 times, n from 3 to 5, got 80x64',
  );
  expect(refusal(90, 64, rule)).toContain('4 to 7 pixels, n from 3 to 5, got 90x64');
});

test('what is named nearest can be had', () => {
  for (let height = 5; height < 150; height += 7)
    for (let width = 5; width < 150; width += 11) {
      let message: string;
      try {
        baseSizeOf('net', { height, width }, biggan);
        continue;
      } catch (error) {
        message = (error as GanymedeError).message;
      }
      const sizes = message.split('nearest are ')[1]!.split(', ');
      expect(sizes).toHaveLength(3);
      for (const size of sizes) {
        const [h, w] = size.split('x').map(Number) as [number, number?];
        expect(() => baseSizeOf('net', { height: h, width: w ?? h }, biggan)).not.toThrow();
      }
    }
});
