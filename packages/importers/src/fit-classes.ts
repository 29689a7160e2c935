import type { RandomStream } from '@ganymede/core';
import type { ClassMatch } from '@ganymede/classes';
import type { HostTensor } from '@ganymede/runs';

/**
 * What the rows of new classes are filled with. `drawn`: normal, with mean and deviation of the trained rows, feature by
 * feature, so that new classes begin among the old ones and apart from each other. `mean`: their mean, for averages of
 * squared gradients, which must not be zero beside a large number of updates. `zero`: for averages of gradients.
 */
export type NewRows = 'drawn' | 'mean' | 'zero';

/**
 * The axis of a tensor that holds a row for each class: the only one whose sizes differ between two networks by as much as
 * their numbers of classes; it may hold more, as a condition of one-hot class and latent does. Null where there is none,
 * or the shapes differ otherwise.
 */
export function classAxis(
  shape: readonly number[],
  classes: number,
  otherShape: readonly number[],
  otherClasses: number,
): number | null {
  // A row for each class is a row of something: vectors whose length is a number of classes are so by chance.
  if (shape.length < 2 || shape.length !== otherShape.length || classes === otherClasses) return null;
  const differing = shape.flatMap((size, axis) => (size === otherShape[axis] ? [] : [axis]));
  const [axis] = differing;
  if (axis === undefined || differing.length > 1 || shape[axis]! < classes) return null;
  return otherShape[axis]! - shape[axis]! === otherClasses - classes ? axis : null;
}

/**
 * A tensor whose rows along an axis belong to classes, for other classes: rows of classes that are known are moved to
 * their place, those of new ones made, and what follows the classes on the axis stays.
 */
export function fitClasses(
  { shape, data }: HostTensor,
  axis: number,
  { sourceCount, from }: ClassMatch,
  newRows: NewRows,
  random: RandomStream,
): HostTensor {
  const outer = shape.slice(0, axis).reduce((product, size) => product * size, 1);
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const rows = shape[axis]!;
  const rest = rows - sourceCount;
  const newCount = from.length + rest;
  const result = new Float32Array(outer * newCount * inner);
  for (let o = 0; o < outer; o++) {
    const row = (i: number): Float32Array =>
      data.subarray((o * rows + i) * inner, (o * rows + i + 1) * inner);
    const { mean, deviation } = statistics(row, sourceCount, inner);
    for (let i = 0; i < newCount; i++) {
      const target = result.subarray((o * newCount + i) * inner, (o * newCount + i + 1) * inner);
      const source = i < from.length ? from[i]! : sourceCount + i - from.length;
      if (source !== null) target.set(row(source));
      else if (newRows === 'mean') target.set(mean);
      else if (newRows === 'drawn')
        for (let k = 0; k < inner; k++) target[k] = mean[k]! + deviation[k]! * random.nextNormal();
    }
  }
  return { shape: shape.map((size, i) => (i === axis ? newCount : size)), data: result };
}

function statistics(
  row: (index: number) => Float32Array,
  count: number,
  size: number,
): { readonly mean: Float32Array; readonly deviation: Float32Array } {
  const mean = new Float64Array(size);
  const square = new Float64Array(size);
  for (let i = 0; i < count; i++) row(i).forEach((value, k) => (mean[k]! += value / count));
  for (let i = 0; i < count; i++)
    row(i).forEach((value, k) => (square[k]! += (value - mean[k]!) ** 2 / count));
  return { mean: Float32Array.from(mean), deviation: Float32Array.from(square, Math.sqrt) };
}
