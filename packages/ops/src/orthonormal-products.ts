import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '@ganymede/core';

/**
 * What {@link orthonormalVectors} gives, with most of the work in two matrix products of the current backend: the rows
 * of M are orthonormalized by the inverse of the Cholesky factor of M Mᵀ, which is Gram-Schmidt in another order. In
 * float32 the result is orthonormal to about 1e-5, for M is well-conditioned as long as its rows are much longer than
 * they are many.
 *
 * @param count - at most half of `length`
 * @returns [count, length], row-major
 */
export function orthonormalByProducts(count: number, length: number, random: RandomStream): Float32Array {
  const rows = tf.tensor2d(random.normals(count * length), [count, length]);
  const product = tf.matMul(rows, rows, false, true);
  const gram = Float64Array.from(product.dataSync());
  const inverse = tf.tensor2d(Float32Array.from(invertLower(cholesky(gram, count), count)), [count, count]);
  const orthonormal = tf.matMul(inverse, rows);
  const values = orthonormal.dataSync<'float32'>();
  // Not in a tidy: it would walk every number of the array that it returns.
  tf.dispose([rows, product, inverse, orthonormal]);
  return values;
}

/** The lower triangular L with L Lᵀ = `a`, in place of `a` [n, n]; above the diagonal `a` stays as it is. */
function cholesky(a: Float64Array, n: number): Float64Array {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = a[i * n + j]!;
      for (let k = 0; k < j; k++) rest -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = i === j ? Math.sqrt(rest) : rest / a[j * n + j]!;
    }
  }
  return a;
}

/** The inverse of a lower triangular matrix [n, n], row by row; zeros above the diagonal. */
function invertLower(lower: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = inverse.subarray(i * n, i * n + n);
    for (let k = 0; k < i; k++) {
      const factor = lower[i * n + k]!;
      const other = inverse.subarray(k * n, k * n + k + 1);
      for (let j = 0; j <= k; j++) row[j]! -= factor * other[j]!;
    }
    row[i] = 1;
    const scale = 1 / lower[i * n + i]!;
    for (let j = 0; j <= i; j++) row[j]! *= scale;
  }
  return inverse;
}
