/** Rows of both matrices and columns of the inner dimension that are held in the processor's cache at a time. */
const rowBlock = 64;
const innerBlock = 256;

/** What a product may leave out. */
export interface ProductShape {
  readonly rowsA: number;
  readonly rowsB: number;
  /** Length of a row of both. */
  readonly inner: number;
  /** Rows of A are zero before their own index: `a[i, k] = 0` for `k < i`. */
  readonly upperA?: boolean;
  /** Only entries at and below the diagonal of the result are wanted; the others are left as they are. */
  readonly lowerOnly?: boolean;
}

/**
 * Adds A B^T to `out`, in float64. Rows of both operands are read in order, so that no transpose and no packing is
 * needed; 4 x 4 tiles keep sixteen sums in registers and blocks keep the operands in cache.
 * @param a - [rowsA, inner]
 * @param b - [rowsB, inner]
 * @param out - [rowsA, rowsB]
 */
export function addMultiplyTransposed(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  { rowsA, rowsB, inner, upperA = false, lowerOnly = false }: ProductShape,
): void {
  for (let k0 = 0; k0 < inner; k0 += innerBlock) {
    const k1 = Math.min(k0 + innerBlock, inner);
    for (let j0 = 0; j0 < rowsB; j0 += rowBlock) {
      const j1 = Math.min(j0 + rowBlock, rowsB);
      const endA = upperA ? Math.min(rowsA, k1) : rowsA;
      const startA = lowerOnly ? j0 - (j0 % 4) : 0;
      for (let i = startA; i < endA; i += 4) {
        const start = upperA ? Math.max(k0, i) : k0;
        const lastJ = lowerOnly ? Math.min(j1, i + 4) : j1;
        if (i + 4 <= endA) tileRows(a, b, out, i, j0, lastJ, start, k1, inner, rowsB);
        else for (let r = i; r < endA; r++) singleRow(a, b, out, r, j0, lastJ, start, k1, inner, rowsB);
      }
    }
  }
}

/** Four rows of A against rows j0..j1 of B, over columns k0..k1. */
function tileRows(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  i: number,
  j0: number,
  j1: number,
  k0: number,
  k1: number,
  inner: number,
  width: number,
): void {
  const a0 = i * inner;
  const a1 = a0 + inner;
  const a2 = a1 + inner;
  const a3 = a2 + inner;
  let j = j0;
  for (; j + 2 <= j1; j += 2) {
    const b0 = j * inner;
    const b1 = b0 + inner;
    let s00 = 0,
      s01 = 0,
      s10 = 0,
      s11 = 0,
      s20 = 0,
      s21 = 0,
      s30 = 0,
      s31 = 0;
    for (let k = k0; k < k1; k++) {
      const y0 = b[b0 + k]!;
      const y1 = b[b1 + k]!;
      const x0 = a[a0 + k]!;
      const x1 = a[a1 + k]!;
      const x2 = a[a2 + k]!;
      const x3 = a[a3 + k]!;
      s00 += x0 * y0;
      s01 += x0 * y1;
      s10 += x1 * y0;
      s11 += x1 * y1;
      s20 += x2 * y0;
      s21 += x2 * y1;
      s30 += x3 * y0;
      s31 += x3 * y1;
    }
    const o0 = i * width + j;
    const o1 = o0 + width;
    const o2 = o1 + width;
    const o3 = o2 + width;
    out[o0] = out[o0]! + s00;
    out[o0 + 1] = out[o0 + 1]! + s01;
    out[o1] = out[o1]! + s10;
    out[o1 + 1] = out[o1 + 1]! + s11;
    out[o2] = out[o2]! + s20;
    out[o2 + 1] = out[o2 + 1]! + s21;
    out[o3] = out[o3]! + s30;
    out[o3 + 1] = out[o3 + 1]! + s31;
  }
  for (; j < j1; j++) {
    for (let r = i; r < i + 4; r++)
      out[r * width + j] = out[r * width + j]! + dot(a, r * inner, b, j * inner, k0, k1);
  }
}

function singleRow(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  i: number,
  j0: number,
  j1: number,
  k0: number,
  k1: number,
  inner: number,
  width: number,
): void {
  for (let j = j0; j < j1; j++)
    out[i * width + j] = out[i * width + j]! + dot(a, i * inner, b, j * inner, k0, k1);
}

function dot(a: Float64Array, a0: number, b: Float64Array, b0: number, k0: number, k1: number): number {
  let sum = 0;
  for (let k = k0; k < k1; k++) sum += a[a0 + k]! * b[b0 + k]!;
  return sum;
}

/** Copies what is below the diagonal of a square matrix above it. */
export function mirrorLower(matrix: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) matrix[j * size + i] = matrix[i * size + j]!;
  }
}
