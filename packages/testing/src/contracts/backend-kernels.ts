import * as tf from '@tensorflow/tfjs';
import { expectGradient } from '../gradient.js';
import type { Close } from './backend-close.js';
import { naiveConv2d, pattern } from './naive.js';

/** Kernels and gradients that the toolkit's networks and losses are made of. */
export function backendKernelTests(close: Close): void {
  describe('kernels', () => {
    test('matrix product, with transposes', () => {
      tf.tidy(() => {
        const a = tf.tensor2d(pattern(6), [2, 3]);
        const b = tf.tensor2d(pattern(12, 1), [3, 4]);
        const expected = [0, 1].flatMap((i) =>
          [0, 1, 2, 3].map((j) =>
            [0, 1, 2].reduce((sum, k) => sum + pattern(6)[i * 3 + k]! * pattern(12, 1)[k * 4 + j]!, 0),
          ),
        );
        close(tf.matMul(a, b), expected);
        close(tf.matMul(a.transpose(), b.transpose(), true, true), expected);
      });
    });

    test.each([
      [3, 1],
      [3, 2],
      [1, 1],
      [4, 2],
    ] as const)('%ix%i convolution, stride %i, same padding', (kernel, stride) => {
      const x = pattern(2 * 6 * 6 * 3);
      const w = pattern(kernel * kernel * 3 * 4, 1);
      tf.tidy(() => {
        const y = tf.conv2d(
          tf.tensor4d(x, [2, 6, 6, 3]),
          tf.tensor4d(w, [kernel, kernel, 3, 4]),
          stride,
          'same',
        );
        close(y, naiveConv2d(x, [2, 6, 6, 3], w, [kernel, kernel, 3, 4], stride));
      });
    });

    test("a convolution's gradients", () => {
      tf.tidy(() => {
        for (const [kernel, stride] of [
          [3, 1],
          [4, 2],
          [1, 1],
        ] as const) {
          const x = tf.tensor4d(pattern(2 * 6 * 6 * 2), [2, 6, 6, 2]);
          const w = tf.tensor4d(pattern(kernel * kernel * 2 * 3, 1), [kernel, kernel, 2, 3]);
          expectGradient((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, 'same'), [x, w], {
            tolerance: 5e-3,
          });
        }
      });
    });

    test("a penalty on the input's gradient, through a convolution", () => {
      tf.tidy(() => {
        const x = tf.tensor4d(pattern(1 * 4 * 4 * 2), [1, 4, 4, 2]);
        const w = tf.tensor4d(pattern(3 * 3 * 2 * 2, 1), [3, 3, 2, 2]);
        const inputGradient = (image: tf.Tensor, kernel: tf.Tensor): tf.Tensor =>
          tf.grad((a: tf.Tensor) =>
            tf
              .conv2d(a as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same')
              .softplus()
              .sum(),
          )(image);
        expectGradient(inputGradient, [x, w], { tolerance: 5e-3 });
      });
    });

    test('transposed convolution is the adjoint of convolution', () => {
      tf.tidy(() => {
        const x = tf.tensor4d(pattern(1 * 6 * 6 * 2), [1, 6, 6, 2]);
        const w = tf.tensor4d(pattern(4 * 4 * 2 * 3, 1), [4, 4, 2, 3]);
        const y = tf.tensor4d(pattern(1 * 3 * 3 * 3, 2), [1, 3, 3, 3]);
        const forward = tf.conv2d(x, w, 2, 'same').mul(y).sum();
        const backward = tf.conv2dTranspose(y, w, [1, 6, 6, 2], 2, 'same').mul(x).sum();
        close(backward, [forward.dataSync()[0]!]);
      });
    });

    test('element-wise functions', () => {
      const x = pattern(17).map((value) => 3 * value);
      tf.tidy(() => {
        const t = tf.tensor1d(x);
        close(
          t.relu(),
          x.map((v) => Math.max(v, 0)),
        );
        close(
          t.softplus(),
          x.map((v) => Math.log1p(Math.exp(v))),
        );
        close(
          t.sigmoid(),
          x.map((v) => 1 / (1 + Math.exp(-v))),
        );
        close(t.tanh(), x.map(Math.tanh));
        close(t.exp(), x.map(Math.exp));
        close(t.expm1(), x.map(Math.expm1));
        close(
          t.abs().sqrt(),
          x.map((v) => Math.sqrt(Math.abs(v))),
        );
        close(
          t.abs().add(1).rsqrt(),
          x.map((v) => 1 / Math.sqrt(1 + Math.abs(v))),
        );
        close(
          tf.where(t.greater(0), t, t.mul(0.2)),
          x.map((v) => (v > 0 ? v : 0.2 * v)),
        );
      });
    });

    test('reductions, concatenation, slices, padding, gathering', () => {
      const x = pattern(12);
      tf.tidy(() => {
        const t = tf.tensor2d(x, [3, 4]);
        close(
          t.mean(0),
          [0, 1, 2, 3].map((j) => (x[j]! + x[4 + j]! + x[8 + j]!) / 3),
        );
        close(
          t.sum(1),
          [0, 1, 2].map((i) => x.slice(4 * i, 4 * i + 4).reduce((a, b) => a + b, 0)),
        );
        close(
          t.max(1),
          [0, 1, 2].map((i) => Math.max(...x.slice(4 * i, 4 * i + 4))),
        );
        close(
          tf.concat([t, t], 1),
          [0, 1, 2].flatMap((i) => [...x.slice(4 * i, 4 * i + 4), ...x.slice(4 * i, 4 * i + 4)]),
        );
        close(t.slice([1, 1], [1, 2]), x.slice(5, 7));
        close(
          tf.pad(t.slice([0, 0], [1, 2]), [
            [0, 0],
            [1, 0],
          ]),
          [0, x[0]!, x[1]!],
        );
        close(tf.gather(t, tf.tensor1d([2, 0], 'int32')), [...x.slice(8), ...x.slice(0, 4)]);
        const rows = tf.softmax(t).sum(1);
        close(rows, [1, 1, 1]);
      });
    });

    test('the gradient of gathering adds up rows that were taken twice', () => {
      tf.tidy(() => {
        const gradient = tf.grad((t: tf.Tensor) => tf.gather(t, tf.tensor1d([2, 0, 2], 'int32')).sum())(
          tf.ones([3, 2]),
        );
        close(gradient, [1, 1, 0, 0, 2, 2]);
      });
    });

    test('average pooling and its gradient', () => {
      const x = pattern(16);
      tf.tidy(() => {
        const t = tf.tensor4d(x, [1, 4, 4, 1]);
        const expected = [0, 2, 8, 10].map((i) => (x[i]! + x[i + 1]! + x[i + 4]! + x[i + 5]!) / 4);
        close(tf.avgPool(t, 2, 2, 'valid'), expected);
        close(
          tf.grad((a: tf.Tensor) => tf.avgPool(a as tf.Tensor4D, 2, 2, 'valid').sum())(t),
          x.map(() => 0.25),
        );
      });
    });
  });
}
