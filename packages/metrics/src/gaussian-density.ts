import { singularGaussian } from './errors.js';
import { checkMatrix, type Matrix } from './feature-checks.js';
import { pivotedCholesky, type CholeskyFactor } from './linear-algebra/pivoted-cholesky.js';
import type { Moments } from './streaming-moments.js';

/** Rows that are solved for at a time: each row of the factor is read once for all of them. */
const block = 16;

/**
 * A Gaussian as `sklearn.mixture.GaussianMixture(n_components=1, reg_covar)` fits it: the mean, and the covariance over n, not
 * n - 1, with the regularization on its diagonal.
 *
 *     log p(x) = -(size log(2 pi) + log det S + (x - m)^T S^-1 (x - m)) / 2
 *
 * Everything is float64.
 */
export class GaussianDensity {
  private readonly factor: CholeskyFactor;
  private readonly constant: number;

  /**
   * @param moments - with the covariance over count - 1, as `StreamingMoments` gives it
   * @param regularization - added to each variance; more than 0 where there are fewer rows than features
   * @throws SINGULAR_GAUSSIAN
   */
  constructor(
    private readonly moments: Moments,
    regularization = 0,
  ) {
    const { count, size, covariance } = moments;
    const fitted = covariance.map((value) => (value * (count - 1)) / count);
    for (let i = 0; i < size; i++) fitted[i * size + i] = fitted[i * size + i]! + regularization;
    this.factor = pivotedCholesky(fitted, size);
    const { rank, upper } = this.factor;
    if (rank < size) throw singularGaussian(rank, size);
    let logDeterminant = 0;
    for (let i = 0; i < size; i++) logDeterminant += 2 * Math.log(upper[i * size + i]!);
    this.constant = -0.5 * (size * Math.log(2 * Math.PI) + logDeterminant);
  }

  /** log p of each row, [count]. @throws BAD_FEATURE_SHAPE, NON_FINITE_FEATURE */
  logLikelihoods(rows: Matrix): Float64Array {
    const { size } = this.moments;
    checkMatrix('density', { ...rows, size });
    const result = new Float64Array(rows.count);
    const differences = new Float64Array(block * size);
    for (let first = 0; first < rows.count; first += block) {
      const count = Math.min(block, rows.count - first);
      const squares = this.squaredDistances(rows.values, first, count, differences);
      for (let i = 0; i < count; i++) result[first + i] = this.constant - 0.5 * squares[i]!;
    }
    return result;
  }

  /** (x - m)^T S^-1 (x - m) of some rows: the squared length of y with R^T y = x - m. */
  private squaredDistances(
    values: Matrix['values'],
    first: number,
    count: number,
    differences: Float64Array,
  ): Float64Array {
    const { size, mean } = this.moments;
    const { upper, order } = this.factor;
    for (let i = 0; i < count; i++)
      for (let j = 0; j < size; j++) {
        const column = order[j]!;
        differences[i * size + j] = values[(first + i) * size + column]! - mean[column]!;
      }
    const squares = new Float64Array(count);
    for (let m = 0; m < size; m++) {
      const row = m * size;
      const pivot = upper[row + m]!;
      for (let i = 0; i < count; i++) {
        const start = i * size;
        const y = differences[start + m]! / pivot;
        squares[i] = squares[i]! + y * y;
        for (let j = m + 1; j < size; j++)
          differences[start + j] = differences[start + j]! - upper[row + j]! * y;
      }
    }
    return squares;
  }
}
