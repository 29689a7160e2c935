import { tooFewImages } from './errors.js';

/** How two samples of numbers lie beside each other. */
export interface MannWhitney {
  /** How often a number of the first is below one of the second; equal ones count half. In [0, 1], 0.5 for alike. */
  readonly share: number;
  /** The U statistic less its mean over its deviation, ties corrected; below 0 where the first are smaller. */
  readonly z: number;
}

/**
 * The Mann-Whitney U test without its p value. The share is also the area under the ROC curve of whatever the numbers
 * are scores of.
 * @param first - at least one number, in any order, none NaN
 * @param second - as `first`
 * @throws TOO_FEW_IMAGES
 */
export function mannWhitney(first: ArrayLike<number>, second: ArrayLike<number>): MannWhitney {
  const [n, m] = [first.length, second.length];
  if (n < 1 || m < 1) throw tooFewImages('mann-whitney', 1, Math.min(n, m), 'Give both samples.');
  const all = Float64Array.from({ length: n + m }, (_, i) => (i < n ? first[i]! : second[i - n]!));
  const order = Uint32Array.from(all.keys()).sort((i, j) => all[i]! - all[j]!);
  let rankSum = 0; // of the first
  let ties = 0;
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && all[order[end]!] === all[order[start]!]) end += 1;
    const rank = (start + end + 1) / 2;
    for (let at = start; at < end; at++) if (order[at]! < n) rankSum += rank;
    ties += (end - start) ** 3 - (end - start);
    start = end;
  }
  const u = rankSum - (n * (n + 1)) / 2; // pairs in which the first is larger
  const variance = ((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
  return { share: 1 - u / (n * m), z: variance > 0 ? (u - (n * m) / 2) / Math.sqrt(variance) : 0 };
}
