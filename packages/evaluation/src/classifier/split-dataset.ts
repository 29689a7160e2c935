import { RandomStream, type Dataset } from '@ganymede/core';
import { SubsetDataset } from '@ganymede/datasets';

/** Share of the images that are held out, and the most of them. */
const heldOutShare = 0.1;
const mostHeldOut = 5000;

/** Images to train on and images to judge by, drawn by chance. */
export function splitDataset(
  dataset: Dataset,
  seed: number,
): { readonly training: Dataset; readonly heldOut: Dataset } {
  const order = RandomStream.create(seed, 'held-out').permutation(dataset.length);
  const count = Math.max(1, Math.min(mostHeldOut, Math.round(heldOutShare * dataset.length)));
  return {
    training: new SubsetDataset(dataset, order.subarray(count), 'training'),
    heldOut: new SubsetDataset(dataset, order.subarray(0, count), 'held out'),
  };
}
