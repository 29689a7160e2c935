/**
 * How often each image comes in an epoch where class y, with n_y of N images, has a share of n_y^exponent: what sums to N.
 * @param all - labels of the dataset's images
 * @param chosen - [N], the images that an epoch is made of; all if null
 * @returns [N]; null where every image comes once
 */
export function classShares(
  all: ArrayLike<number>,
  exponent: number,
  chosen: Uint32Array | null = null,
): Float64Array | null {
  if (exponent === 1) return null;
  const labels = chosen ? Int32Array.from(chosen, (image) => all[image]!) : Int32Array.from(all);
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const sum = [...counts.values()].reduce((total, count) => total + count ** exponent, 0);
  const ofImage = (count: number): number => (labels.length * count ** (exponent - 1)) / sum;
  return Float64Array.from(labels, (label) => ofImage(counts.get(label)!));
}
