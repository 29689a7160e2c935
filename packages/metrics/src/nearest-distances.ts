import * as tf from '@tensorflow/tfjs';
import type { Matrix } from './feature-checks.js';
import { onBackend, type Products } from './products.js';

/** Rows of A and rows of B whose distances are held at a time: 34 MB of float64. */
const rowBlock = 512;
const columnBlock = 8192;

/**
 * Squared distances of rows i0.. of A and rows j0.. of B. On the backend they are approximate, and `rowSlack`
 * bounds their error; on the host they are what `squaredDistance` gives and it is zero.
 */
export interface DistanceBlock {
  readonly i0: number;
  readonly rows: number;
  readonly j0: number;
  readonly columns: number;
  /** [rows, columns] in a buffer that the next block reuses. */
  readonly squared: Float64Array;
  /** Bound on the error of the distances of row i of A. */
  readonly rowSlack: (i: number) => number;
}

/** Squared Euclidean distance of row i of A and row j of B, in float64. */
export function squaredDistance(a: Matrix, i: number, b: Matrix, j: number): number {
  const { size } = a;
  const [from, to] = [i * size, j * size];
  let sum = 0;
  for (let k = 0; k < size; k++) {
    const difference = a.values[from + k]! - b.values[to + k]!;
    sum += difference * difference;
  }
  return sum;
}

/** Every block of distances between two sets, columns outermost, in constant memory besides the sets. */
export async function eachDistanceBlock(
  a: Matrix,
  b: Matrix,
  products: Products,
  visit: (block: DistanceBlock) => void,
): Promise<void> {
  const onTfjs = onBackend(products, a.count * b.count * a.size);
  const squared = new Float64Array(Math.min(rowBlock, a.count) * Math.min(columnBlock, b.count));
  const [normsA, normsB] = onTfjs ? [squaredNorms(a), squaredNorms(b)] : [empty, empty];
  // |fl(x.y) - x.y| <= n u |x| |y| for sums of n products with unit rounding u, in any order; twice that, and a tenth
  // more for the terms of second order.
  const factor = onTfjs ? 2.2 * a.size * 2 ** -24 : 0;
  const longest = Math.sqrt(normsB.reduce((most, norm) => Math.max(most, norm), 0));
  const rowSlack = (i: number): number => (onTfjs ? factor * longest * Math.sqrt(normsA[i]!) : 0);
  for (let j0 = 0; j0 < b.count; j0 += columnBlock) {
    const columns = Math.min(columnBlock, b.count - j0);
    const right = onTfjs ? rowsAsTensor(b, j0, columns) : null;
    try {
      for (let i0 = 0; i0 < a.count; i0 += rowBlock) {
        const rows = Math.min(rowBlock, a.count - i0);
        if (right) {
          const dots = await dotProducts(a, i0, rows, right);
          for (let i = 0, at = 0; i < rows; i++) {
            const norm = normsA[i0 + i]!;
            for (let j = 0; j < columns; j++, at++)
              squared[at] = Math.max(0, norm + normsB[j0 + j]! - 2 * dots[at]!);
          }
        } else {
          for (let i = 0, at = 0; i < rows; i++)
            for (let j = 0; j < columns; j++, at++) squared[at] = squaredDistance(a, i0 + i, b, j0 + j);
        }
        visit({ i0, rows, j0, columns, squared, rowSlack });
      }
    } finally {
      right?.dispose();
    }
  }
}

const empty = new Float64Array(0);

function squaredNorms({ values, count, size }: Matrix): Float64Array {
  const norms = new Float64Array(count);
  for (let i = 0, at = 0; i < count; i++) {
    let sum = 0;
    for (let k = 0; k < size; k++, at++) sum += values[at]! * values[at]!;
    norms[i] = sum;
  }
  return norms;
}

function rowsAsTensor({ values, size }: Matrix, start: number, rows: number): tf.Tensor2D {
  return tf.tensor2d(Float32Array.from(values.subarray(start * size, (start + rows) * size)), [rows, size]);
}

async function dotProducts(
  a: Matrix,
  start: number,
  rows: number,
  right: tf.Tensor2D,
): Promise<Float32Array> {
  const dots = tf.tidy(() => tf.matMul(rowsAsTensor(a, start, rows), right, false, true)); // [rows, columns]
  const values = await dots.data<'float32'>();
  dots.dispose();
  return values;
}
