import { badClusterInput } from './errors.js';
import type { Point } from './quantities.js';

/**
 * Points by images, ascending.
 * @throws BAD_CLUSTER_INPUT where two are of one number of images, or more images take less
 */
export function curveOf(name: string, points: readonly Point[]): readonly Point[] {
  const ascending = [...points].sort((a, b) => a.images - b.images);
  ascending.forEach(({ images, value }, i) => {
    if (!(value > 0 && Number.isFinite(value))) throw badClusterInput(name, 'a positive number', value);
    const before = ascending[i - 1];
    if (before?.images === images) throw badClusterInput(name, `one value at ${images} images`, 'two');
    if (before && before.value > value)
      throw badClusterInput(
        name,
        `no less at ${images} images than at ${before.images}`,
        `${value} and ${before.value}`,
      );
  });
  return ascending;
}

/**
 * What a curve has at a number of images: between two points, and beyond them, on the line through the two that are nearest. One
 * point alone, and points whose line would begin below zero, stand for what is proportional to images.
 * @param curve - ascending, at least one point
 */
export function valueAt(curve: readonly Point[], images: number): number {
  const proportional = ({ images: known, value }: Point): number => (value * images) / known;
  if (curve.length === 1) return proportional(curve[0]!);
  const reached = curve.findIndex((point) => point.images >= images);
  const end = reached < 0 ? curve.length - 1 : Math.max(reached, 1);
  const [a, b] = [curve[end - 1]!, curve[end]!];
  const slope = (b.value - a.value) / (b.images - a.images);
  const value = a.value + slope * (images - a.images);
  return images < a.images && a.value - slope * a.images < 0 ? proportional(a) : value;
}
