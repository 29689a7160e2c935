/** A positive semi-definite matrix as R^T R, with rows and columns in another order. */
export interface CholeskyFactor {
  /** R, [rank, size], row-major; zero left of the diagonal. Column j belongs to row `order[j]` of the matrix. */
  readonly upper: Float64Array;
  readonly rank: number;
  readonly order: Int32Array;
}

/**
 * Cholesky factorisation with diagonal pivoting (Higham, Accuracy and Stability of Numerical Algorithms, section
 * 10.3), which a covariance of fewer images than features needs: it stops when what remains is rounding, at
 * size * 2^-52 of the largest variance, and so tells the rank. Backward stable: R^T R differs from the matrix by no
 * more than that.
 * @param matrix - [size, size], symmetric; the rows are read, it stays as it is
 */
export function pivotedCholesky(matrix: Float64Array, size: number): CholeskyFactor {
  const order = Int32Array.from({ length: size }, (_, i) => i);
  const remaining = Float64Array.from({ length: size }, (_, i) => matrix[i * size + i]!);
  const largest = remaining.reduce((most, value) => Math.max(most, value), 0);
  const tolerance = size * 2 ** -52 * largest;
  const upper = new Float64Array(size * size);
  let rank = 0;
  for (; rank < size; rank++) {
    let pivot = rank;
    for (let j = rank + 1; j < size; j++) if (remaining[j]! > remaining[pivot]!) pivot = j;
    if (!(remaining[pivot]! > tolerance)) break;
    if (pivot !== rank) exchange(upper, order, remaining, size, rank, pivot);
    fillRow(matrix, upper, order, remaining, size, rank);
  }
  return { upper: upper.subarray(0, rank * size), rank, order };
}

function exchange(
  upper: Float64Array,
  order: Int32Array,
  remaining: Float64Array,
  size: number,
  i: number,
  j: number,
): void {
  [order[i], order[j]] = [order[j]!, order[i]!];
  [remaining[i], remaining[j]] = [remaining[j]!, remaining[i]!];
  for (let row = 0; row < i; row++) {
    const held = upper[row * size + i]!;
    upper[row * size + i] = upper[row * size + j]!;
    upper[row * size + j] = held;
  }
}

/** Row k of R: the matrix's row less what the rows before explain, over the root of the pivot. */
function fillRow(
  matrix: Float64Array,
  upper: Float64Array,
  order: Int32Array,
  remaining: Float64Array,
  size: number,
  k: number,
): void {
  const row = upper.subarray(k * size, (k + 1) * size);
  const from = order[k]! * size;
  for (let j = k; j < size; j++) row[j] = matrix[from + order[j]!]!;
  let m = 0;
  for (; m + 4 <= k; m += 4) {
    const r0 = m * size;
    const r1 = r0 + size;
    const r2 = r1 + size;
    const r3 = r2 + size;
    const c0 = upper[r0 + k]!;
    const c1 = upper[r1 + k]!;
    const c2 = upper[r2 + k]!;
    const c3 = upper[r3 + k]!;
    for (let j = k; j < size; j++) {
      row[j] =
        row[j]! - (c0 * upper[r0 + j]! + c1 * upper[r1 + j]! + (c2 * upper[r2 + j]! + c3 * upper[r3 + j]!));
    }
  }
  for (; m < k; m++) {
    const c = upper[m * size + k]!;
    for (let j = k; j < size; j++) row[j] = row[j]! - c * upper[m * size + j]!;
  }
  // The pivot as the row has it, not as it was tracked: R^T R then meets the matrix on the diagonal.
  const root = Math.sqrt(Math.max(row[k]!, Number.MIN_VALUE));
  row[k] = root;
  for (let j = k + 1; j < size; j++) {
    const value = row[j]! / root;
    row[j] = value;
    remaining[j] = remaining[j]! - value * value;
  }
}
