import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '@ganymede/core';
import { varietyFrom, varietyOf, type ImageVariety } from './image-variety.js';

beforeAll(() => tf.setBackend('cpu'));

const measure = (images: tf.Tensor4D, perClass: number): ImageVariety =>
  varietyFrom(tf.tidy(() => varietyOf(images, perClass).dataSync()));

/** Images of 1 x 2 pixels, all pixels of one value. */
const flat = (values: readonly number[]): tf.Tensor4D =>
  tf.stack(values.map((value) => tf.fill([1, 2, 1], value))) as tf.Tensor4D;

const noise = (count: number, seed: number): number[] =>
  Array.from(RandomStream.create(seed, 'noise').normals(count));

test('distances by hand', () => {
  // One class at 0, 3, 3 and one at 0, 0, 0: distances 3, 3, 0 and 0, 0, 0; of the nine between them six are 3.
  const found = measure(flat([0, 3, 3, 0, 0, 0]), 3);
  [2, 0].forEach((value, i) => expect(found.within[i]).toBeCloseTo(value, 4));
  [1, 0].forEach((value, i) => expect(found.nearest[i]).toBeCloseTo(value, 2));
  expect(found.between).toBeCloseTo(2, 4);
  // All differences lie along one line; of one picture there are none.
  expect(found.directions).toBeCloseTo(1, 4);
  expect(found.directionsWithin[0]).toBeCloseTo(1, 4);
  expect(found.directionsWithin[1]).toBe(0);
});

test('independent images differ in as many directions as there are, whatever their contrast', () => {
  const images = (contrast: number): tf.Tensor4D =>
    tf.tensor4d(
      noise(16 * 768, 1).map((value) => contrast * value),
      [16, 16, 16, 3],
    );
  const plain = measure(images(1), 8);
  const pale = measure(images(0.01), 8);
  // 15 of 16 centred images, less what 768 pixels of noise share by chance.
  expect(plain.directions).toBeGreaterThan(14);
  expect(plain.directions).toBeLessThan(15);
  expect(pale.directions).toBeCloseTo(plain.directions, 2);
  expect(pale.between! / plain.between!).toBeCloseTo(0.01, 5);
});

test('one picture at many brightnesses is far apart and has one direction', () => {
  const picture = noise(768, 2);
  const brightness = noise(16, 3);
  const found = measure(
    tf.tensor4d(
      brightness.flatMap((one) => picture.map((value) => one * value)),
      [16, 16, 16, 3],
    ),
    8,
  );
  expect(found.directions).toBeCloseTo(1, 3);
  expect(Math.min(...found.within)).toBeGreaterThan(0.5);
});

test('a single class has nothing between classes', () => {
  expect(measure(flat([0, 1, 2]), 3).between).toBeNull();
});

test('the numbers are the same from float32 products of large images', () => {
  const values = noise(6 * 128 * 128 * 3, 4);
  const small = measure(tf.tensor4d(values, [6, 128, 128, 3]), 3);
  const shifted = measure(
    tf.tensor4d(
      values.map((value) => value + 100),
      [6, 128, 128, 3],
    ),
    3,
  );
  expect(Number.isFinite(small.directions)).toBe(true);
  expect(shifted.directions / small.directions).toBeCloseTo(1, 3);
  expect(shifted.between! / small.between!).toBeCloseTo(1, 3);
});
