import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { illConditioned } from './errors.js';
import { innerProduct, type Profile } from './profile.js';

/** How profiles add up to another, and how well. */
export interface Combination {
  /** A factor for each profile; their sum is 1. */
  readonly coefficients: readonly number[];
  /** Distance between the sum and the profile that was wanted, over the latter's norm: 0 where they are one. */
  readonly residual: number;
  /**
   * The root of the sum of squares of the coefficients: by how much the rounding of the averages that are added up
   * grows; 1 for one of them alone.
   */
  readonly amplification: number;
  /** Of the matrix of inner products, scaled to a diagonal of ones. */
  readonly condition: number;
}

/**
 * The least-squares combination of profiles that comes closest to a wanted one, scaled to a sum of 1 (arXiv:2312.02696,
 * algorithm 3, and its code, which scales). Solved in float64 by Cholesky's decomposition; each row and column of the
 * matrix is divided by the norm of its profile first, which alone makes it well conditioned.
 * @param known - all different
 * @throws ILL_CONDITIONED
 */
export function combine(known: readonly Profile[], wanted: Profile): Combination {
  const norms = known.map((one) => Math.sqrt(innerProduct(one, one)));
  const wantedNorm = Math.sqrt(innerProduct(wanted, wanted));
  const gram = new Matrix(
    known.map((a, i) => known.map((b, j) => innerProduct(a, b) / (norms[i]! * norms[j]!))),
  );
  const target = Matrix.columnVector(known.map((one, i) => innerProduct(one, wanted) / norms[i]!));
  const cholesky = new CholeskyDecomposition(gram);
  const condition = cholesky.isPositiveDefinite() ? conditionOf(gram, cholesky) : Infinity;
  if (!(condition < 1e14)) throw illConditioned(known.length, condition);
  const solved = cholesky.solve(target).to1DArray();
  const sum = solved.reduce((total, value, i) => total + value / norms[i]!, 0);
  const scaled = solved.map((value) => value / sum);
  const coefficients = scaled.map((value, i) => value / norms[i]!);
  const column = Matrix.columnVector(scaled);
  const square =
    wantedNorm ** 2 -
    2 * target.transpose().mmul(column).get(0, 0) +
    column.transpose().mmul(gram).mmul(column).get(0, 0);
  return {
    coefficients,
    residual: Math.sqrt(Math.max(0, square)) / wantedNorm,
    amplification: Math.hypot(...coefficients),
    condition,
  };
}

/** The greatest eigenvalue over the least, each by twenty steps of the power method: enough for its order of magnitude. */
function conditionOf(gram: Matrix, cholesky: CholeskyDecomposition): number {
  const growth = (step: (vector: Matrix) => Matrix): number => {
    // No eigenvector is orthogonal to it: its entries come from a sequence without a period.
    let vector = Matrix.columnVector(
      Array.from({ length: gram.rows }, (_, i) => 1 + ((i * Math.SQRT2) % 1) * (i % 2 === 0 ? 1 : -1)),
    );
    let norm = 1;
    for (let k = 0; k < 20; k++) {
      const next = step(vector);
      norm = next.norm('frobenius');
      vector = next.div(norm);
    }
    return norm;
  };
  return growth((vector) => gram.mmul(vector)) * growth((vector) => cholesky.solve(vector));
}
