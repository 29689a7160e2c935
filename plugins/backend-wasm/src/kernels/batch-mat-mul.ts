import * as tf from '@tensorflow/tfjs';
import type { ComposedKernel } from './kernel.js';
import { vectorTimesMatrix } from './vector-matrix.js';

/** Multiplications below which a product in plain loops is done before the fast one has been set up. */
const smallProduct = 50_000;

/**
 * Matrix products. tfjs-wasm's are fast for one untransposed pair only and else plain loops, ten times slower;
 * here every pair becomes an untransposed one.
 */
export const batchMatMul: ComposedKernel = {
  kernelName: tf.BatchMatMul,
  compute: (inputs, attrs, stock) => {
    const { a, b } = inputs as { a: tf.Tensor; b: tf.Tensor };
    const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
    const [rows, inner] = matrixShape(a, transposeA);
    const columns = matrixShape(b, transposeB)[1];
    const plain = (x: tf.Tensor, y: tf.Tensor): tf.Tensor =>
      stock({ a: x, b: y }, { transposeA: false, transposeB: false });
    const batchA = matrices(a);
    const batchB = matrices(b);
    const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const shape = [...outer, rows, columns];
    if (batchA === 1 && batchB === 1 && rows === 1) {
      return vectorTimesMatrix(a, b, transposeB, inner, columns, shape);
    }
    if (rows * inner * columns < smallProduct) return stock(inputs, attrs);

    const left = transposeA ? swapLast(a) : a;
    const right = transposeB ? swapLast(b) : b;
    if (batchA === 1 && batchB === 1) return plain(left, right);
    if (batchB === 1) {
      const flat = plain(tf.reshape(left, [1, -1, inner]), tf.reshape(right, [1, inner, columns]));
      return tf.reshape(flat, shape);
    }
    const count = Math.max(batchA, batchB);
    // A batch that is broadcast along some axes only is left to the stock kernel, which refuses it.
    if (batchA !== 1 && batchA !== batchB) return stock(inputs, attrs);
    const lefts = tf.reshape(left, [batchA * rows, inner]);
    const rights = tf.reshape(right, [batchB * inner, columns]);
    const products = Array.from({ length: count }, (_, i) =>
      tf.tidy(() =>
        plain(
          tf.reshape(tf.slice(lefts, [batchA === 1 ? 0 : i * rows, 0], [rows, inner]), [1, rows, inner]),
          tf.reshape(tf.slice(rights, [i * inner, 0], [inner, columns]), [1, inner, columns]),
        ),
      ),
    );
    return tf.reshape(tf.concat(products, 0), shape);
  },
};

function matrixShape(x: tf.Tensor, transposed: boolean): [number, number] {
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  return transposed ? [columns, rows] : [rows, columns];
}

const matrices = (x: tf.Tensor): number => x.shape.slice(0, -2).reduce((product, size) => product * size, 1);

function swapLast(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}
