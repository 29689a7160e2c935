import type { RandomStream } from '@ganymede/core';

/** How many finished vectors are projected out together: their dot products share the loads of the new vectors. */
const projected = 4;

/**
 * `count` orthonormal vectors of `length` (count <= length), uniformly distributed over all such sets: Gram-Schmidt
 * of normal vectors in float64. Two new vectors against four finished ones at a time, so that most of the work is
 * arithmetic and not memory.
 *
 * @returns [count, length], row-major
 */
export function orthonormalVectors(count: number, length: number, random: RandomStream): Float64Array {
  const q = new Float64Array(count * length);
  for (let i = 0; i < q.length; i++) q[i] = random.nextNormal();
  for (let first = 0; first < count; first += projected) {
    const last = Math.min(first + projected, count);
    for (let i = first; i < last; i++) {
      for (let j = first; j < i; j++) subtractProjection(q, length, j, i);
      normalize(q, length, i);
    }
    if (last - first < projected) break;
    let i = last;
    for (; i + 1 < count; i += 2) subtractFourFromTwo(q, length, first, i);
    if (i < count) for (let j = first; j < last; j++) subtractProjection(q, length, j, i);
  }
  return q;
}

function normalize(q: Float64Array, length: number, row: number): void {
  const start = row * length;
  let squares = 0;
  for (let k = start; k < start + length; k++) squares += q[k]! * q[k]!;
  const scale = 1 / Math.sqrt(squares);
  for (let k = start; k < start + length; k++) q[k]! *= scale;
}

/** Row `i` -= (row `i` . row `j`) row `j`. */
function subtractProjection(q: Float64Array, length: number, j: number, i: number): void {
  const a = j * length;
  const x = i * length;
  let dot = 0;
  for (let k = 0; k < length; k++) dot += q[a + k]! * q[x + k]!;
  for (let k = 0; k < length; k++) q[x + k]! -= dot * q[a + k]!;
}

/** Rows `i` and `i + 1` lose their components along rows `j` to `j + 3`. */
function subtractFourFromTwo(q: Float64Array, length: number, j: number, i: number): void {
  const a = q.subarray(j * length, (j + 1) * length);
  const b = q.subarray((j + 1) * length, (j + 2) * length);
  const c = q.subarray((j + 2) * length, (j + 3) * length);
  const d = q.subarray((j + 3) * length, (j + 4) * length);
  const x = q.subarray(i * length, (i + 1) * length);
  const y = q.subarray((i + 1) * length, (i + 2) * length);
  let xa = 0;
  let xb = 0;
  let xc = 0;
  let xd = 0;
  let ya = 0;
  let yb = 0;
  let yc = 0;
  let yd = 0;
  for (let k = 0; k < length; k++) {
    const xk = x[k]!;
    const yk = y[k]!;
    const ak = a[k]!;
    const bk = b[k]!;
    const ck = c[k]!;
    const dk = d[k]!;
    xa += xk * ak;
    xb += xk * bk;
    xc += xk * ck;
    xd += xk * dk;
    ya += yk * ak;
    yb += yk * bk;
    yc += yk * ck;
    yd += yk * dk;
  }
  for (let k = 0; k < length; k++) {
    const ak = a[k]!;
    const bk = b[k]!;
    const ck = c[k]!;
    const dk = d[k]!;
    x[k]! -= xa * ak + xb * bk + xc * ck + xd * dk;
    y[k]! -= ya * ak + yb * bk + yc * ck + yd * dk;
  }
}
