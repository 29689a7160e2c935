import type { Dataset } from '@ganymede/core';

/** Images of some classes, the same number of each, class after class; as a network takes them. */
export interface ProbeBatch {
  /** [N, H, W, C] in [-1, 1], row-major. */
  readonly images: Float32Array;
  /** [N]. */
  readonly labels: Int32Array;
}

/** A batch with the same number of images of each class. */
export interface ClassBatch extends ProbeBatch {
  readonly perClass: number;
}

/** Distances between fewer images than this say little of a class. */
const leastPerClass = 4;

/** The most images, up to `wanted`, that three quarters of the classes have, of the `classes` largest. */
function commonCount(labels: Int32Array, classes: number, wanted: number): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const sorted = [...counts.values()].sort((a, b) => b - a);
  return Math.min(wanted, sorted[Math.ceil(0.75 * Math.min(classes, sorted.length)) - 1] ?? 0);
}

/** Numbers of the first images of each class, by class; classes with fewer are left out. */
function firstOfClasses(labels: Int32Array, perClass: number): Map<number, number[]> {
  const byClass = new Map<number, number[]>();
  labels.forEach((label, index) => {
    const found = byClass.get(label) ?? [];
    if (found.length < perClass) byClass.set(label, [...found, index]);
  });
  return new Map([...byClass].filter(([, indices]) => indices.length === perClass).sort(([a], [b]) => a - b));
}

/** At most `count` of a list, evenly over it, the first one included. */
function spread<T>(all: readonly T[], count: number): T[] {
  if (all.length <= count) return [...all];
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!);
}

async function read(dataset: Dataset, indices: readonly number[], labels: Int32Array): Promise<ProbeBatch> {
  const pixels = await dataset.read(indices);
  return {
    images: Float32Array.from(pixels, (value) => value / 127.5 - 1),
    labels: Int32Array.from(indices, (index) => labels[index]!),
  };
}

/**
 * The first images of at most `classes` classes, evenly over all of them: `perClass` of each, or as many as three quarters of
 * them have where they are small; null where that is too few to tell how varied they are.
 */
export async function batchOfClasses(
  dataset: Dataset,
  classes: number,
  perClass: number,
): Promise<ClassBatch | null> {
  const labels = dataset.labels();
  const count = commonCount(labels, classes, perClass);
  if (count < Math.min(leastPerClass, perClass)) return null;
  const chosen = spread([...firstOfClasses(labels, count).values()], classes);
  return { ...(await read(dataset, chosen.flat(), labels)), perClass: count };
}

/** At most `count` images, evenly over the dataset. */
export async function batchOf(dataset: Dataset, count: number): Promise<ProbeBatch> {
  const indices = spread(
    Array.from({ length: dataset.length }, (_, i) => i),
    count,
  );
  return read(dataset, indices, dataset.labels());
}
