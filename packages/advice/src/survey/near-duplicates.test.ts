import { RandomStream } from '@ganymede/core';
import { findDuplicates } from './near-duplicates.js';
import { bitCount, hashedSide, perceptualHash } from './perceptual-hash.js';
import { pixelKinds } from './pixel-kinds.js';
import { summarizeSizes } from './summarize-sizes.js';

const area = hashedSide * hashedSide;

/** [32, 32, 3], soft: a few waves of random direction in each channel. */
function picture(seed: number, change: (value: number, at: number) => number = (value) => value): Uint8Array {
  const random = RandomStream.create(seed, 'picture').uniforms(3 * 6 * 3);
  return Uint8Array.from({ length: 3 * area }, (_, at) => {
    const [channel, x, y] = [at % 3, Math.floor(at / 3) % hashedSide, Math.floor(at / 3 / hashedSide)];
    let value = 0;
    for (let wave = 0; wave < 6; wave++) {
      const [fx, fy, phase] = random.slice(3 * (6 * channel + wave)) as unknown as [number, number, number];
      value += Math.sin((Math.PI * (8 * fx * x + 8 * fy * y)) / hashedSide + 6.3 * phase);
    }
    return Math.min(255, Math.max(0, Math.round(change(127 + 35 * value, at))));
  });
}

const together = (pictures: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(pictures.flatMap((one) => Array.from(one)));

test('of two hundred different pictures none is a copy', () => {
  const pixels = together(Array.from({ length: 200 }, (_, seed) => picture(seed)));
  expect(findDuplicates({ pixels, channels: 3 })).toEqual([]);
});

test('copies are found: exact, brighter, with noise; and one group is one', () => {
  const noise = RandomStream.create(1, 'noise').uniforms(3 * area);
  const pixels = together([
    picture(1),
    picture(2),
    picture(1),
    picture(3),
    picture(2, (value) => 1.04 * value + 3),
    picture(1, (value, at) => value + 16 * (noise[at]! - 0.5)),
  ]);
  expect(findDuplicates({ pixels, channels: 3 })).toEqual([
    [0, 2, 5],
    [1, 4],
  ]);
});

test('alpha is no difference; plain pictures are copies only if they are equal', () => {
  const plain = (value: number): Uint8Array => new Uint8Array(4 * area).fill(value);
  const pixels = together([plain(200), plain(201), plain(200)]);
  pixels[2 * 4 * area + 3] = 0;
  expect(findDuplicates({ pixels, channels: 4 })).toEqual([[0, 2]]);
});

test('three thousand empty pictures among others are one group, compared once each', () => {
  const count = 3000;
  const pixels = new Uint8Array(3 * area * count).fill(255);
  for (const [i, seed] of [3, 4, 3].entries()) pixels.set(picture(seed), 3 * area * (7 + 100 * i));
  const [white, copies, ...more] = findDuplicates({ pixels, channels: 3 });
  expect([white!.length, white![0], copies, more]).toEqual([count - 3, 0, [7, 207], []]);
});

test('the hash is of 64 bits without the constant one, half of which are set', () => {
  const luma = (change: (value: number) => number): number[] =>
    Array.from(
      picture(5).filter((_, at) => at % 3 === 0),
      change,
    );
  const plain = perceptualHash(luma((value) => value));
  expect(bitCount(plain[0]) + bitCount(plain[1])).toBe(31);
  expect(plain[0] & 1).toBe(0);
  // Brightness and contrast change no sign.
  expect(perceptualHash(luma((value) => 0.5 * value + 20))).toEqual(plain);
  const inverted = perceptualHash(luma((value) => 255 - value));
  expect(bitCount((inverted[0] ^ plain[0]) >>> 0) + bitCount((inverted[1] ^ plain[1]) >>> 0)).toBe(62);
});

test('grey and transparent images are counted', () => {
  const pixels = Uint8Array.from([
    9, 9, 9, 255, 7, 7, 7, 255, 9, 9, 9, 255, 7, 7, 8, 255, 9, 9, 9, 0, 1, 1, 1, 255,
  ]);
  expect(pixelKinds(pixels, 2)).toEqual({ grey: 2, transparent: 1 });
});

test('sizes: the median is over images, not over sizes', () => {
  const sizes = [
    { width: 64, height: 64, file: 'a', images: 1 },
    { width: 40, height: 30, file: 'b', images: 5 },
    { width: 200, height: 100, file: 'c', images: 1 },
  ];
  expect(summarizeSizes(sizes, 7)).toEqual({
    shorterSide: { smallest: 30, median: 30, largest: 100 },
    distinct: 3,
    notSquare: 6,
    aspect: { median: 0.75, share: 5 / 7 },
  });
  expect(summarizeSizes([{ width: 32, height: 32, file: 'a' }], 10)).toMatchObject({
    notSquare: 0,
    distinct: 1,
  });
  expect(summarizeSizes([], 10)).toMatchObject({ shorterSide: null });
});
