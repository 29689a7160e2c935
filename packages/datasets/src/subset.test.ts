import { RandomStream, type Dataset } from '@ganymede/core';
import { expectEqualShares } from '@ganymede/testing';
import { holdOut, SubsetDataset } from './subset.js';

const random = (): RandomStream => RandomStream.create(4, 'held-out');

/** 40 images of two classes in turn; every pixel of an image is its number. */
const dataset: Dataset = {
  name: 'numbered',
  imageShape: { height: 2, width: 2, channels: 3 },
  classes: ['even', 'odd'],
  length: 40,
  fingerprint: 'numbered-40',
  report: { skipped: [] },
  labels: () => Int32Array.from({ length: 40 }, (_, i) => i % 2),
  read: async (indices) =>
    Uint8Array.from({ length: 12 * indices.length }, (_, i) => indices[Math.floor(i / 12)]!),
  close: async () => undefined,
};

test('every image is trained on or held out, never both; the same ones for the same stream', () => {
  const { training, heldOut } = holdOut(40, 10, random());
  expect([training.length, heldOut.length]).toEqual([30, 10]);
  expect([...training, ...heldOut].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  expect([...training]).toEqual([...training].sort((a, b) => a - b));
  expect(holdOut(40, 10, random())).toEqual({ training, heldOut });
  expect(Math.max(...heldOut)).toBeGreaterThan(10);
});

test('nothing held out is every image, in order', () => {
  const { training, heldOut } = holdOut(3, 0, random());
  expect([[...training], [...heldOut]]).toEqual([[0, 1, 2], []]);
});

test.each([40, 41, -1, 0.5])('%p of 40 images cannot be held out', (count) => {
  expect(() => holdOut(40, count, random())).toThrow(
    expect.objectContaining({
      code: 'BAD_HOLD_OUT',
      message: `heldOut: expected an integer from 0 to 39, got ${count}`,
    }),
  );
});

test('a subset reads the images that its numbers stand for', async () => {
  const part = new SubsetDataset(dataset, Uint32Array.of(3, 8, 21), 'part');
  expect([...part.labels()]).toEqual([1, 0, 1]);
  expect(await part.read([2, 0])).toEqual(await dataset.read([21, 3]));
  await expect(part.read([3])).rejects.toMatchObject({ code: 'DATASET_BAD_INDEX' });
  expect(part.fingerprint).not.toBe(dataset.fingerprint);
});

test('every image is set aside as often as another', () => {
  const counts = new Int32Array(30);
  for (let seed = 0; seed < 2000; seed++)
    for (const index of holdOut(30, 6, RandomStream.create(seed, 'hold-out')).heldOut) counts[index]! += 1;
  // Draws without replacement vary less than the bound allows for.
  expectEqualShares(counts);
});
