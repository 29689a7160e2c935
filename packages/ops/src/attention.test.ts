import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '@ganymede/core';
import { expectAllclose, expectGradient, expectNoLeak } from '@ganymede/testing';
import { attention } from './attention.js';

const random = RandomStream.create(9, 'attention');
const draw = (...shape: [number, number, number]): tf.Tensor3D =>
  tf.tensor3d(random.normals(shape.reduce((a, b) => a * b)), shape);
const [queries, keys, values] = [draw(2, 5, 3), draw(2, 4, 3), draw(2, 4, 2)] as const;

beforeAll(() => tf.setBackend('cpu'));

test('is the softmax over keys of the products, times the values', () => {
  tf.tidy(() => {
    const weights = tf.softmax(tf.matMul(queries, keys, false, true));
    expectAllclose(tf.sum(weights, -1), tf.ones([2, 5]), { atol: 1e-6 });
    expectAllclose(attention(queries, keys, values), tf.matMul(weights, values), { atol: 1e-6 });
  });
});

test('one key only: every query gets its value', () => {
  tf.tidy(() => {
    const [key, value] = [draw(2, 1, 3), draw(2, 1, 2)];
    expectAllclose(attention(queries, key, value), tf.tile(value, [1, 5, 1]), { atol: 1e-6 });
  });
});

test('first and second gradients', () => {
  expectGradient(
    (q, k, v) => attention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D),
    [queries, keys, values],
    { order: 2, tolerance: 5e-3 },
  );
});

test('leaks nothing', () => {
  expectNoLeak(() => {
    const gradient = tf.grads((q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) =>
      tf.sum(tf.square(attention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D))),
    );
    tf.dispose(gradient([queries, keys, values]));
  });
});
