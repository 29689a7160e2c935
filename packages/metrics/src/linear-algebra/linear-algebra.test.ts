import { RandomStream } from '@ganymede/core';
import { expectAllclose } from '@ganymede/testing';
import { addMultiplyTransposed, mirrorLower } from './multiply-transposed.js';
import { pivotedCholesky } from './pivoted-cholesky.js';
import { symmetricEigenvalues } from './symmetric-eigenvalues.js';

const random = RandomStream.create(11, 'linear algebra');
const normals = (length: number): Float64Array => Float64Array.from(random.normals(length));

function naive(a: Float64Array, b: Float64Array, rowsA: number, rowsB: number, inner: number): Float64Array {
  const out = new Float64Array(rowsA * rowsB);
  for (let i = 0; i < rowsA; i++)
    for (let j = 0; j < rowsB; j++)
      for (let k = 0; k < inner; k++)
        out[i * rowsB + j] = out[i * rowsB + j]! + a[i * inner + k]! * b[j * inner + k]!;
  return out;
}

/** Rows x rows^T with this many rows and columns: positive semi-definite of rank min(size, inner). */
function gram(size: number, inner: number): Float64Array {
  const rows = normals(size * inner);
  return naive(rows, rows, size, size, inner);
}

describe('addMultiplyTransposed', () => {
  test.each([
    [1, 1, 1],
    [5, 7, 3],
    [67, 130, 301],
  ])('%i x %i over %i', (rowsA, rowsB, inner) => {
    const [a, b] = [normals(rowsA * inner), normals(rowsB * inner)];
    const out = new Float64Array(rowsA * rowsB).fill(1);
    addMultiplyTransposed(a, b, out, { rowsA, rowsB, inner });
    expectAllclose(
      out,
      naive(a, b, rowsA, rowsB, inner).map((value) => value + 1),
      { rtol: 1e-11, atol: 1e-11 },
    );
  });

  test('upper triangular A, lower half of the result', () => {
    const [size, inner] = [71, 300];
    const a = normals(size * inner).map((value, at) => (at % inner < Math.floor(at / inner) ? 0 : value));
    const b = normals(size * inner);
    const whole = naive(a, b, size, size, inner);
    const out = new Float64Array(size * size);
    addMultiplyTransposed(a, b, out, { rowsA: size, rowsB: size, inner, upperA: true });
    expectAllclose(out, whole, { rtol: 1e-11, atol: 1e-11 });
    const lower = new Float64Array(size * size);
    addMultiplyTransposed(b, b, lower, { rowsA: size, rowsB: size, inner, lowerOnly: true });
    mirrorLower(lower, size);
    expectAllclose(lower, naive(b, b, size, size, inner), { rtol: 1e-11, atol: 1e-11 });
  });
});

describe('pivotedCholesky', () => {
  test.each([
    [40, 40],
    [60, 17],
  ])('%i rows of rank %i', (size, inner) => {
    const matrix = gram(size, inner);
    const { upper, rank, order } = pivotedCholesky(matrix, size);
    expect(rank).toBe(Math.min(size, inner));
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        let sum = 0;
        for (let k = 0; k < rank; k++) sum += upper[k * size + i]! * upper[k * size + j]!;
        expect(Math.abs(sum - matrix[order[i]! * size + order[j]!]!)).toBeLessThan(1e-11);
      }
    }
    for (let k = 0; k < rank; k++) for (let j = 0; j < k; j++) expect(upper[k * size + j]).toBe(0);
  });

  test('nothing at all has rank 0', () => {
    expect(pivotedCholesky(new Float64Array(9), 3).rank).toBe(0);
  });
});

describe('symmetricEigenvalues', () => {
  test('the second difference matrix: 2 - 2 cos(k pi / (n + 1))', () => {
    const size = 50;
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      matrix[i * size + i] = 2;
      if (i > 0) matrix[i * size + i - 1] = -1;
    }
    const expected = Array.from(
      { length: size },
      (_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (size + 1)),
    );
    expectAllclose(symmetricEigenvalues(matrix, size), expected, { rtol: 1e-13, atol: 1e-14 });
  });

  test('rotating a matrix by reflections keeps its eigenvalues', () => {
    const size = 33;
    const wanted = Float64Array.from({ length: size }, (_, i) => (i - 10) ** 3 / 7);
    const matrix = new Float64Array(size * size);
    wanted.forEach((value, i) => (matrix[i * size + i] = value));
    for (let round = 0; round < 5; round++) reflect(matrix, size, normals(size));
    expectAllclose(symmetricEigenvalues(matrix, size), wanted.slice().sort(), { rtol: 1e-12, atol: 1e-10 });
  });

  test('a matrix of low rank: all but a few are rounding', () => {
    const [size, rank] = [300, 7];
    const values = symmetricEigenvalues(gram(size, rank), size);
    expect(values.filter((value) => value > 1)).toHaveLength(rank);
    const largest = values[size - 1]!;
    for (const value of values.slice(0, size - rank)) expect(Math.abs(value)).toBeLessThan(1e-13 * largest);
  });

  test('graded down to nothing: neighbours of which none is small beside the other', () => {
    const size = 120;
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      const scale = 10 ** (-i / 2);
      matrix[i * size + i] = scale * (i % 3);
      if (i > 0) matrix[i * size + i - 1] = scale;
    }
    const values = symmetricEigenvalues(matrix, size);
    expect(values.every(Number.isFinite)).toBe(true);
    expectAllclose(
      values.reduce((a, b) => a + b, 0),
      Array.from({ length: size }, (_, i) => 10 ** (-i / 2) * (i % 3)).reduce((a, b) => a + b, 0),
      { rtol: 1e-12 },
    );
  });

  test.each([0, 1, 2, 3])('size %i', (size) => {
    const matrix = gram(size, 4);
    const trace = Array.from({ length: size }, (_, i) => matrix[i * size + i]!).reduce((a, b) => a + b, 0);
    const values = symmetricEigenvalues(matrix, size);
    expect(values).toHaveLength(size);
    expectAllclose(
      values.reduce((a, b) => a + b, 0),
      trace,
      { rtol: 1e-13 },
    );
  });

  test('what is not a number has no eigenvalues', () => {
    expect(() => symmetricEigenvalues(new Float64Array(9).fill(Number.NaN), 3)).toThrow(
      expect.objectContaining({ code: 'NOT_CONVERGED' }),
    );
  });
});

/** A <- P A P with the reflection P along v. */
function reflect(matrix: Float64Array, size: number, v: Float64Array): void {
  const norm = v.reduce((sum, value) => sum + value * value, 0);
  const p = new Float64Array(size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) p[i] = p[i]! + (2 / norm) * matrix[i * size + j]! * v[j]!;
  const along = p.reduce((sum, value, i) => sum + value * v[i]!, 0) / norm;
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      const at = i * size + j;
      matrix[at] = matrix[at]! - p[i]! * v[j]! - v[i]! * p[j]! + 2 * along * v[i]! * v[j]!;
    }
}
