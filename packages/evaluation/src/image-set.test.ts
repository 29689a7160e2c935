import type { Dataset } from '@ganymede/core';
import { datasetImages, matchingLabels } from './image-set.js';

/** Image i is one pixel of value i; classes come in blocks, as folders give them. */
function dataset(labels: readonly number[]): Dataset {
  return {
    name: 'blocks',
    imageShape: { height: 1, width: 1, channels: 1 },
    classes: ['a', 'b', 'c'],
    length: labels.length,
    fingerprint: 'f',
    report: { skipped: [] },
    labels: () => Int32Array.from(labels),
    read: async (indices) => Uint8Array.from(indices),
    close: async () => undefined,
  };
}

const counts = (labels: ArrayLike<number>): number[] =>
  [0, 1, 2].map((label) => Array.from(labels).filter((one) => one === label).length);

test('every image once, in an order that the seed gives and that mixes the classes', async () => {
  const blocks = Array.from({ length: 30 }, (_, i) => Math.floor(i / 10));
  const set = datasetImages(dataset(blocks), 1);
  const pixels = [...(await set.read(0, 12)), ...(await set.read(12, 18))];
  expect([...pixels].sort((a, b) => a - b)).toEqual(blocks.map((_, i) => i));
  expect(pixels.map((pixel) => blocks[pixel])).toEqual([...set.labels]);
  expect(new Set(set.labels.subarray(0, 10)).size).toBe(3);
  expect(datasetImages(dataset(blocks), 1).labels).toEqual(set.labels);
  expect(datasetImages(dataset(blocks), 2).labels).not.toEqual(set.labels);
});

test('a part of the images, and more than there are', async () => {
  const set = datasetImages(dataset([0, 1, 2, 0]), 0, 2);
  expect(set.count).toBe(2);
  expect(new Set(await set.read(0, 2)).size).toBe(2);
  expect(() => datasetImages(dataset([0, 1]), 0, 3)).toThrow(
    expect.objectContaining({
      code: 'TOO_FEW_IMAGES',
      message: 'blocks: expected 3 images, got 2',
    }),
  );
});

test('generated labels have the shares of the reference, to the nearest image', () => {
  const reference = Int32Array.from([...Array<number>(70).fill(0), ...Array<number>(30).fill(2)]);
  expect(counts(matchingLabels(reference, 3, 10, 0))).toEqual([7, 0, 3]);
  expect(counts(matchingLabels(reference, 3, 11, 0))).toEqual([8, 0, 3]);
  const even = Int32Array.from({ length: 30 }, (_, i) => i % 3);
  const labels = matchingLabels(even, 3, 100, 5);
  expect(counts(labels)).toEqual([34, 33, 33]);
  expect(labels).toEqual(matchingLabels(even, 3, 100, 5));
  expect(new Set(labels.subarray(0, 10)).size).toBe(3);
});
