import { Matrix, SVD } from 'ml-matrix';

/** Approximate singular triplets of one matrix, as combinations of the rows of two bases. */
export interface RitzTriplets {
  /** Largest first. */
  readonly values: readonly number[];
  /** Length of A' u - sigma v, by value: some singular value of the matrix is no farther away. */
  readonly residuals: readonly number[];
  /** Row i: the i-th left vector as a combination of the left basis [count x p]. */
  readonly left: Float32Array;
  /** Row i: the i-th right vector as a combination of the right basis [count x p]. */
  readonly right: Float32Array;
}

/**
 * The full SVD of a small projected matrix, on the host in float64.
 * @param projected - [p x p], row-major; @param residual - [p x p]; @param scale - that both were divided by
 * @returns null where anything is not finite: an iteration on NaN would not end
 */
export function projectedSvd(
  projected: Float32Array,
  residual: Float32Array,
  scale: number,
  count: number,
): RitzTriplets | null {
  const p = Math.round(Math.sqrt(projected.length));
  if (!Number.isFinite(scale) || !projected.every(Number.isFinite) || !residual.every(Number.isFinite))
    return null;
  const matrix = Matrix.from1DArray(p, p, projected);
  const svd = new SVD(matrix, { autoTranspose: true });
  const leaving = Matrix.from1DArray(p, p, residual);
  const kept = Math.min(count, p);
  const combinations = (vectors: Matrix): Float32Array =>
    Float32Array.from({ length: kept * p }, (_, i) => vectors.get(i % p, Math.floor(i / p)));
  return {
    values: svd.diagonal.slice(0, kept).map((value) => value * scale),
    residuals: Array.from({ length: kept }, (_, i) => {
      const x = svd.leftSingularVectors.getColumnVector(i);
      return Math.sqrt(Math.max(0, x.transpose().mmul(leaving).mmul(x).get(0, 0))) * scale;
    }),
    left: combinations(svd.leftSingularVectors),
    right: combinations(svd.rightSingularVectors),
  };
}
