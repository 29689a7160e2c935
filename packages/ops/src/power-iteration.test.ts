import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '@ganymede/core';
import { expectAllclose, expectGradient, expectNoLeak } from '@ganymede/testing';
import { powerIteration } from './power-iteration.js';

const random = RandomStream.create(6, 'power-iteration');
const row = (size: number): tf.Tensor2D => tf.tensor2d(random.normals(size), [1, size]);

beforeAll(() => tf.setBackend('cpu'));

/** [5, 4] with singular values 4, 2, 1, 0.5: orthonormal columns, scaled, times an orthonormal matrix. */
function known(): tf.Tensor2D {
  return tf.tidy(() => {
    const [left] = tf.linalg.qr(tf.tensor2d(random.normals(20), [5, 4]));
    const [right] = tf.linalg.qr(tf.tensor2d(random.normals(16), [4, 4]));
    return tf.matMul<tf.Tensor2D>(tf.mul(left, tf.tensor1d([4, 2, 1, 0.5])), right);
  });
}

describe('powerIteration', () => {
  const weight = known();

  test('finds the largest singular values in order, on either side', () => {
    tf.tidy(() => {
      const found = powerIteration(weight, [row(4), row(4), row(4)], { iterations: 60 });
      expectAllclose(tf.stack([...found.singularValues]), [4, 2, 1], { rtol: 1e-4 });
      expectAllclose(found.sigma, tf.scalar(4), { rtol: 1e-4 });
      const other = powerIteration(weight, [row(5), row(5)], { iterations: 60, outputAxis: 0 });
      expectAllclose(tf.stack([...other.singularValues]), [4, 2], { rtol: 1e-4 });
      expect(other.u.map((u) => u.shape)).toEqual([
        [1, 5],
        [1, 5],
      ]);
      expect(other.v.map((v) => v.shape)).toEqual([
        [1, 4],
        [1, 4],
      ]);
    });
  });

  test('values that a matrix does not have are 0', () => {
    tf.tidy(() => {
      const narrow = tf.tensor2d([3, 4], [2, 1]);
      const { singularValues } = powerIteration(narrow, [row(1), row(1), row(1)]);
      expectAllclose(tf.stack([...singularValues]), [5, 0, 0], { atol: 1e-5 });
    });
  });

  test('one round by hand', () => {
    tf.tidy(() => {
      // v = u Wᵀ / |u Wᵀ| = [3, 4] / 5; v W = [3 * 3 / 5, 4 * 4 / 5] = [1.8, 3.2]
      const { sigma, u, v } = powerIteration(
        tf.tensor2d([
          [3, 0],
          [0, 4],
        ]),
        [tf.tensor2d([[1, 1]])],
      );
      expectAllclose(v[0]!, tf.tensor2d([[0.6, 0.8]]));
      expectAllclose(sigma, tf.scalar(Math.hypot(1.8, 3.2)));
      expectAllclose(u[0]!, tf.tensor2d([[1.8 / Math.hypot(1.8, 3.2), 3.2 / Math.hypot(1.8, 3.2)]]));
    });
  });

  test('the gradient of sigma is the outer product of the vectors, which are constants', () => {
    tf.tidy(() => {
      for (const outputAxis of [0, 1] as const) {
        const start = row(outputAxis ? 4 : 5);
        const { u, v } = powerIteration(weight, [start], { outputAxis });
        const outer = tf.matMul(outputAxis ? v[0]! : u[0]!, outputAxis ? u[0]! : v[0]!, true);
        const gradient = tf.grad(
          (w: tf.Tensor) => powerIteration(w as tf.Tensor2D, [start], { outputAxis }).sigma,
        )(weight);
        expectAllclose(gradient, outer, { atol: 1e-6 });
      }
    });
  });

  test('at the singular vectors the gradient is the true one, and it can be differentiated again', () => {
    const start = tf.tidy(() => powerIteration(weight, [row(4)], { iterations: 80 }).u[0]!);
    expectGradient((w) => powerIteration(w as tf.Tensor2D, [start], { iterations: 80 }).sigma, [weight]);
    // d(W / sigma) is linear in the constants u and v: its second gradient is checked at fixed vectors.
    tf.tidy(() => {
      const normalized = (w: tf.Tensor): tf.Tensor =>
        tf.div(w, powerIteration(w as tf.Tensor2D, [start]).sigma);
      const { u, v } = powerIteration(weight, [start]);
      const fixed = (w: tf.Tensor): tf.Tensor =>
        tf.div(w, tf.sum(tf.mul(tf.matMul(v[0]!, w as tf.Tensor2D), u[0]!)));
      const penalty = (f: (w: tf.Tensor) => tf.Tensor) => (w: tf.Tensor) =>
        tf.sum(tf.square(tf.grad((w: tf.Tensor) => tf.sum(tf.square(tf.square(f(w)))))(w)));
      expectAllclose(tf.grad(penalty(normalized))(weight), tf.grad(penalty(fixed))(weight), {
        rtol: 1e-3,
        atol: 1e-5,
      });
    });
  });

  test('leaks nothing', () => {
    const start = row(4);
    expectNoLeak(() => tf.tidy(() => powerIteration(weight, [start]).sigma));
    expectNoLeak(() => tf.grad((w) => powerIteration(w as tf.Tensor2D, [start]).sigma)(weight));
  });
});
