import { sizesDiffer } from './errors.js';
import { addMultiplyTransposed, mirrorLower } from './linear-algebra/multiply-transposed.js';
import { pivotedCholesky } from './linear-algebra/pivoted-cholesky.js';
import { symmetricEigenvalues } from './linear-algebra/symmetric-eigenvalues.js';
import { newtonSchulzTrace } from './newton-schulz.js';
import type { Moments } from './streaming-moments.js';

/** A Fréchet distance and what it is made of. */
export interface FrechetDistance {
  /** Never below zero. */
  readonly distance: number;
  /** Squared distance of the means. */
  readonly means: number;
  /** What the covariances add. */
  readonly covariances: number;
}

/**
 * Squared Fréchet (2-Wasserstein) distance between normal distributions of these moments (arXiv:1706.08500, section 4):
 *
 *     |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2))
 *
 * tr (S1 S2)^(1/2) is the sum of the roots of the eigenvalues of R S2 R^T with S1 = R^T R: those of
 * S1^(1/2) S2 S1^(1/2), for they belong to the same product in another order. A pivoted Cholesky factor in place of
 * the root of S1 saves the vectors of one eigen-decomposition, and covariances of fewer images than features need no
 * epsilon on their diagonal, which shifts pytorch-fid's value where its root of a singular product fails.
 * Eigenvalues within rounding of zero count as zero: their roots would be a thousand times larger than their error.
 * @throws FEATURE_SIZES_DIFFER
 */
export function frechetDistance(first: Moments, second: Moments): FrechetDistance {
  return distanceOf(first, second, traceOfRoot(first, second));
}

/**
 * The same with the root in float32 on the backend: see `newtonSchulzTrace`. The trace is right to a few parts in
 * 10^4, and the distance, which is a small difference of traces, to that share of the traces.
 * @throws FEATURE_SIZES_DIFFER, NOT_CONVERGED
 */
export async function frechetDistanceOnBackend(first: Moments, second: Moments): Promise<FrechetDistance> {
  if (first.size !== second.size) throw sizesDiffer('Fréchet distance', first.size, second.size);
  return distanceOf(first, second, await newtonSchulzTrace(first.covariance, second.covariance, first.size));
}

/** @param root - tr (S1 S2)^(1/2) */
function distanceOf(first: Moments, second: Moments, root: number): FrechetDistance {
  const { size } = first;
  let means = 0;
  let traces = 0;
  for (let i = 0; i < size; i++) {
    means += (first.mean[i]! - second.mean[i]!) ** 2;
    traces += first.covariance[i * size + i]! + second.covariance[i * size + i]!;
  }
  const covariances = traces - 2 * root;
  return { distance: Math.max(0, means + covariances), means, covariances };
}

/** tr (S1 S2)^(1/2) of two covariances. */
function traceOfRoot({ covariance: first, size }: Moments, other: Moments): number {
  if (size !== other.size) throw sizesDiffer('Fréchet distance', size, other.size);
  const { covariance: second } = other;
  const { upper, rank, order } = pivotedCholesky(first, size);
  const reordered = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const from = order[i]! * size;
    for (let j = 0; j < size; j++) reordered[i * size + j] = second[from + order[j]!]!;
  }
  const half = new Float64Array(rank * size); // R S2
  addMultiplyTransposed(upper, reordered, half, { rowsA: rank, rowsB: size, inner: size, upperA: true });
  const product = new Float64Array(rank * rank); // R S2 R^T
  addMultiplyTransposed(upper, half, product, {
    rowsA: rank,
    rowsB: rank,
    inner: size,
    upperA: true,
    lowerOnly: true,
  });
  mirrorLower(product, rank);
  const eigenvalues = symmetricEigenvalues(product, rank);
  const least = rank * 2 ** -52 * (eigenvalues[rank - 1] ?? 0);
  return eigenvalues.reduce((sum, value) => (value > least ? sum + Math.sqrt(value) : sum), 0);
}
