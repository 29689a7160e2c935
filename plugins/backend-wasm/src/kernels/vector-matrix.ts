import type * as tf from '@tensorflow/tfjs';
import { allocate, arrayOf } from './host-arrays.js';

/**
 * A row vector times a matrix, as in power iteration: each number of the matrix is used once, so that arranging it for
 * XNNPACK costs more than the product.
 *
 * @param vector - of `inner` numbers
 * @param matrix - [inner, columns], or [columns, inner] if transposed
 * @param shape - of the result, which has `columns` numbers
 */
export function vectorTimesMatrix(
  vector: tf.Tensor,
  matrix: tf.Tensor,
  transposed: boolean,
  inner: number,
  columns: number,
  shape: number[],
): tf.Tensor {
  const [result, y] = allocate(shape, 'float32');
  const v = arrayOf(vector, 'float32');
  const m = arrayOf(matrix, 'float32');
  if (transposed) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      const start = column * inner;
      for (let k = 0; k < inner; k++) sum += v[k]! * m[start + k]!;
      y[column] = sum;
    }
    return result;
  }
  const sums = new Float64Array(columns);
  for (let k = 0; k < inner; k++) {
    const factor = v[k]!;
    const start = k * columns;
    for (let column = 0; column < columns; column++) sums[column]! += factor * m[start + column]!;
  }
  y.set(sums);
  return result;
}
