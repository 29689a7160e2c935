import type { Dataset } from '@ganymede/core';
import { expectEqualShares } from '@ganymede/testing';
import { splitDataset } from './split-dataset.js';

/** Images of one pixel: their number. */
const numbered = (length: number): Dataset => ({
  name: 'numbered',
  imageShape: { height: 1, width: 1, channels: 1 },
  classes: ['all'],
  length,
  fingerprint: '',
  report: { skipped: [] },
  labels: () => new Int32Array(length),
  read: async (indices) => Uint8Array.from(indices),
  close: async () => undefined,
});

const pixels = async (set: Dataset): Promise<readonly number[]> =>
  Array.from(await set.read(Array.from({ length: set.length }, (_, i) => i)));

test('every image is on one side, and held out as often as another', async () => {
  const counts = new Int32Array(40);
  for (let seed = 0; seed < 2000; seed++) {
    const { training, heldOut } = splitDataset(numbered(40), seed);
    const held = await pixels(heldOut);
    for (const image of held) counts[image]! += 1;
    if (seed < 20)
      expect([...(await pixels(training)), ...held].sort((a, b) => a - b)).toEqual(
        Array.from({ length: 40 }, (_, i) => i),
      );
  }
  expectEqualShares(counts);
});
