import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** One weight that components of z are multiplied with, as the network applies it. */
export interface EnteredWeight {
  readonly name: string;
  /** [size, outputs]: the rows that meet z. */
  readonly rows: Float64Array;
  readonly outputs: number;
}

/** A direction in a chunk of z. */
export interface Direction {
  /** Unit vector, [size]; its largest component is positive. */
  readonly vector: Float64Array;
  /** Sum of squared changes of what the weights give, for a step of length 1. */
  readonly eigenvalue: number;
  /** Of the sum of all eigenvalues. */
  readonly share: number;
}

/**
 * Closed-form factorization (SeFa, arXiv:2007.06600, section 3.2): a step n changes what the layers give by A n, so
 * the directions that change it most are the eigenvectors of A^T A with the largest eigenvalues. A are all weights that
 * this chunk of z meets, stacked; in rows as here, A^T A is the sum of W W^T.
 * @param size - components of the chunk
 * @returns all `size` directions, the largest eigenvalue first
 */
export function factorize(weights: readonly EnteredWeight[], size: number): Direction[] {
  const sum = Matrix.zeros(size, size);
  for (const { rows, outputs } of weights) sum.add(gram(rows, size, outputs));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(sum, { assumeSymmetric: true });
  const total = realEigenvalues.reduce((a, b) => a + b, 0);
  return realEigenvalues
    .map((eigenvalue, i) => ({
      vector: pointed(Float64Array.from(eigenvectorMatrix.getColumn(i))),
      eigenvalue: Math.max(0, eigenvalue),
      share: total > 0 ? Math.max(0, eigenvalue) / total : 0,
    }))
    .sort((a, b) => b.eigenvalue - a.eigenvalue);
}

/**
 * The largest singular value of a matrix.
 * @param values - [rows, columns]
 */
export function spectralNormOf(values: ArrayLike<number>, rows: number, columns: number): number {
  const { realEigenvalues } = new EigenvalueDecomposition(gram(values, rows, columns), {
    assumeSymmetric: true,
  });
  return Math.sqrt(Math.max(0, ...realEigenvalues));
}

/** W W^T of W [rows, columns]. */
function gram(values: ArrayLike<number>, rows: number, columns: number): Matrix {
  const product = Matrix.zeros(rows, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < columns; k++) sum += values[i * columns + k]! * values[j * columns + k]!;
      product.set(i, j, sum);
      product.set(j, i, sum);
    }
  }
  return product;
}

/** An eigenvector and its opposite are the same; which of them comes out shall not depend on rounding. */
function pointed(vector: Float64Array): Float64Array {
  const largest = vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  return largest < 0 ? vector.map((value) => -value) : vector;
}
