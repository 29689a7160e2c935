import { RandomStream, type Dataset } from '@ganymede/core';

/** Share of the images that are held out, and the most of them. */
const heldOutShare = 0.1;
const mostHeldOut = 5000;

/** Some images of a dataset as one of its own; closing it leaves the whole open. */
export function subset(dataset: Dataset, indices: Uint32Array): Dataset {
  const labels = dataset.labels();
  return {
    name: dataset.name,
    imageShape: dataset.imageShape,
    classes: dataset.classes,
    length: indices.length,
    fingerprint: dataset.fingerprint,
    report: dataset.report,
    labels: () => Int32Array.from(indices, (index) => labels[index]!),
    read: (wanted) => dataset.read(Uint32Array.from(wanted, (index) => indices[index]!)),
    close: async () => undefined,
  };
}

/** Images to train on and images to judge by, drawn by chance. */
export function splitDataset(
  dataset: Dataset,
  seed: number,
): { readonly training: Dataset; readonly heldOut: Dataset } {
  const order = RandomStream.create(seed, 'held-out').permutation(dataset.length);
  const count = Math.max(1, Math.min(mostHeldOut, Math.round(heldOutShare * dataset.length)));
  return {
    training: subset(dataset, order.subarray(count)),
    heldOut: subset(dataset, order.subarray(0, count)),
  };
}
