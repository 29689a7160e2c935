/**
 * How often each image comes in an epoch where class y, with n_y of N images, has a share of n_y^exponent: what sums to N.
 * @param labels - [N]
 * @returns [N]; null where every image comes once
 */
export function classShares(labels: ArrayLike<number>, exponent: number): Float64Array | null {
  if (exponent === 1) return null;
  const counts = new Map<number, number>();
  for (const label of Array.from(labels)) counts.set(label, (counts.get(label) ?? 0) + 1);
  const sum = [...counts.values()].reduce((total, count) => total + count ** exponent, 0);
  const ofImage = (count: number): number => (labels.length * count ** (exponent - 1)) / sum;
  return Float64Array.from(Array.from(labels), (label) => ofImage(counts.get(label)!));
}
