import { notConverged } from '../errors.js';

/**
 * All eigenvalues of a symmetric matrix, ascending, in float64: Householder reflections to a tridiagonal matrix, then
 * implicit QL steps with Wilkinson's shift (Golub and Van Loan, Matrix Computations, sections 8.3.1 and 8.3.3).
 * Vectors are not formed: a Fréchet distance needs none. Errors are of the order of 2^-52 times the largest
 * magnitude; 2/3 size^3 multiplications.
 * @param matrix - [size, size]; at and below the diagonal it is read and overwritten
 * @throws NOT_CONVERGED
 */
export function symmetricEigenvalues(matrix: Float64Array, size: number): Float64Array {
  const diagonal = new Float64Array(size);
  const offDiagonal = new Float64Array(size);
  tridiagonalize(matrix, size, diagonal, offDiagonal);
  implicitQl(diagonal, offDiagonal);
  return diagonal.sort();
}

/**
 * Reduces from the last row up: row i's reflection is made of its entries left of the diagonal, and the rank-two
 * update that it causes is applied to the leading block while that block is read for the next product.
 */
function tridiagonalize(
  a: Float64Array,
  size: number,
  diagonal: Float64Array,
  offDiagonal: Float64Array,
): void {
  const u = new Float64Array(size);
  const p = new Float64Array(size);
  for (let i = size - 1; i > 0; i--) {
    const row = i * size;
    diagonal[i] = a[row + i]!;
    let scale = 0;
    for (let k = 0; k < i; k++) scale = Math.max(scale, Math.abs(a[row + k]!));
    if (scale === 0 || i === 1) {
      offDiagonal[i] = a[row + i - 1]!;
      continue;
    }
    let norm = 0;
    for (let k = 0; k < i; k++) {
      const value = a[row + k]! / scale;
      u[k] = value;
      norm += value * value;
    }
    const last = u[i - 1]!;
    const g = last >= 0 ? -Math.sqrt(norm) : Math.sqrt(norm);
    offDiagonal[i] = scale * g;
    const h = norm - last * g; // u.u / 2 after the next line
    u[i - 1] = last - g;
    multiplySymmetric(a, size, i, u, p);
    let along = 0;
    for (let k = 0; k < i; k++) {
      const value = p[k]! / h;
      p[k] = value;
      along += value * u[k]!;
    }
    const half = along / (2 * h);
    for (let k = 0; k < i; k++) p[k] = p[k]! - half * u[k]!;
    subtractRankTwo(a, size, i, u, p);
  }
  diagonal[0] = a[0]!;
}

/** p = A u over the leading n rows, A given at and below the diagonal: each entry serves its row and its column. */
function multiplySymmetric(a: Float64Array, size: number, n: number, u: Float64Array, p: Float64Array): void {
  p.fill(0, 0, n);
  let j = 0;
  for (; j + 2 <= n; j += 2) {
    const r0 = j * size;
    const r1 = r0 + size;
    const u0 = u[j]!;
    const u1 = u[j + 1]!;
    let s0 = 0;
    let s1 = 0;
    for (let k = 0; k < j; k++) {
      const x = a[r0 + k]!;
      const y = a[r1 + k]!;
      const v = u[k]!;
      s0 += x * v;
      s1 += y * v;
      p[k] = p[k]! + (x * u0 + y * u1);
    }
    const corner = a[r1 + j]!;
    p[j] = p[j]! + s0 + a[r0 + j]! * u0 + corner * u1;
    p[j + 1] = p[j + 1]! + s1 + corner * u0 + a[r1 + j + 1]! * u1;
  }
  if (j < n) {
    const r0 = j * size;
    const u0 = u[j]!;
    let s0 = 0;
    for (let k = 0; k < j; k++) {
      const x = a[r0 + k]!;
      s0 += x * u[k]!;
      p[k] = p[k]! + x * u0;
    }
    p[j] = p[j]! + s0 + a[r0 + j]! * u0;
  }
}

function subtractRankTwo(a: Float64Array, size: number, n: number, u: Float64Array, q: Float64Array): void {
  for (let j = 0; j < n; j++) {
    const row = j * size;
    const uj = u[j]!;
    const qj = q[j]!;
    for (let k = 0; k <= j; k++) a[row + k] = a[row + k]! - (uj * q[k]! + qj * u[k]!);
  }
}

/** Diagonalises in place; `offDiagonal[i]` couples rows i - 1 and i. */
function implicitQl(d: Float64Array, offDiagonal: Float64Array): void {
  const n = d.length;
  const e = new Float64Array(n);
  e.set(offDiagonal.subarray(1));
  let norm = 0;
  for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(d[i]!) + Math.abs(e[i]!));
  // Couplings below the rounding of the whole matrix are nothing: between eigenvalues that are rounding themselves, as
  // a covariance of few images has them by the thousand, none is small beside its neighbours.
  const negligible = norm * 2 ** -54;
  for (let l = 0; l < n; l++) {
    for (let round = 0; ; round++) {
      let m = l;
      for (; m < n - 1; m++) {
        const around = Math.abs(d[m]!) + Math.abs(d[m + 1]!);
        if (Math.abs(e[m]!) <= Math.max(negligible, Number.EPSILON * around)) break;
      }
      if (m === l) break;
      if (round === 60) throw notConverged('eigenvalues');
      qlStep(d, e, l, m);
    }
  }
}

/** One QL step with Wilkinson's shift on rows l..m. */
function qlStep(d: Float64Array, e: Float64Array, l: number, m: number): void {
  const slope = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  let g = d[m]! - d[l]! + e[l]! / (slope + Math.sign(slope || 1) * Math.hypot(slope, 1));
  let s = 1;
  let c = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!;
    const b = c * e[i]!;
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] = d[i + 1]! - p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1]! - p;
    const t = (d[i]! - g) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = g + p;
    g = c * t - b;
  }
  d[l] = d[l]! - p;
  e[l] = g;
  e[m] = 0;
}
