import { RandomStream } from '@ganymede/core';
import type { ImageSet } from '@ganymede/evaluation';
import type { FoundNeighbours } from './search-space.js';
import { pixelSpace } from './spaces.js';
import { summarizeNeighbours } from './summarize-neighbours.js';

const shape = { height: 2, width: 2, channels: 3 };

const setOf = (count: number): ImageSet => ({
  count,
  imageShape: shape,
  classes: ['a'],
  labels: new Int32Array(count),
  read: () => Promise.resolve(new Uint8Array()),
});

/** Distances of a normal distribution about 20; two neighbours for each generated image. */
function found(generated: (draw: number, i: number) => number): FoundNeighbours {
  const random = RandomStream.create(5, 'distances');
  const reference = Float64Array.from(random.normals(400), (value) => 20 + 2 * value);
  const nearest = Array.from(random.normals(300), (value, i) => generated(20 + 2 * value, i));
  return {
    space: pixelSpace(shape),
    indices: Int32Array.from({ length: 600 }, (_, i) => i % 7),
    distances: Float64Array.from(nearest.flatMap((value) => [value, value + 1])),
    reference,
  };
}

const summary = (one: FoundNeighbours): ReturnType<typeof summarizeNeighbours> =>
  summarizeNeighbours([one], { generated: setOf(300), reference: setOf(400), own: null }, ['a'], 2);

test('images like held-out ones are not suspicious', () => {
  const { numbers, cautions, details } = summary(found((draw) => draw));
  expect(Math.abs(numbers['pixels.dataCopyingZ']!)).toBeLessThan(3);
  expect(numbers['pixels.nearerShare']).toBeCloseTo(0.5, 1);
  expect(numbers['pixels.suspiciousShare']!).toBeLessThan(0.03);
  expect(cautions).toEqual([]);
  expect(details.spaces.pixels!.nearest[1]).toEqual([2, 3]);
});

test('images nearer than new ones would be are told, and one in ten is enough', () => {
  const nearer = summary(found((draw) => draw - 4));
  expect(nearer.numbers['pixels.nearerShare']!).toBeGreaterThan(0.8);
  expect(nearer.numbers['pixels.dataCopyingZ']!).toBeLessThan(-10);
  expect(nearer.cautions[0]).toMatch(/^pixels: generated images lie nearer/);
  const copied = summary(found((draw, i) => (i % 10 === 0 ? 0 : draw + 3)));
  expect(copied.numbers['pixels.copies']).toBe(30);
  expect(copied.cautions).toEqual(['pixels: 30 generated images are copies of training images.']);
});

test('distances of pixels are told as root mean square differences of values 0 to 255', () => {
  // One value of 12 differs by 255: 2 on the scale that rows have.
  expect(pixelSpace(shape).told(2)).toBeCloseTo(Math.sqrt(255 ** 2 / 12), 10);
});
