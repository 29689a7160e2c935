import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '@ganymede/core';
import { expectAllclose, expectGradient, expectNoLeak } from '@ganymede/testing';
import { averagePool2, upsampleNearest2 } from './average-pool.js';
import { everySecond } from './every-second.js';
import { maxPool2 } from './max-pool.js';
import { sumPool } from './sum-pool.js';
import { windowMeans } from './window-means.js';

const random = RandomStream.create(3, 'pooling');
const x = tf.tidy(() => tf.tensor4d(random.normals(2 * 4 * 6 * 3), [2, 4, 6, 3]));
/** Entries at least 0.3 apart, so that no maximum changes place within the differences' reach. */
const apart = tf.tidy(() =>
  tf.tensor4d(
    Float32Array.from(random.permutation(2 * 4 * 6), (rank) => 0.3 * rank - 7),
    [2, 4, 6, 1],
  ),
);
const column = (...values: number[]): tf.Tensor4D => tf.tensor4d(values, [1, 2, values.length / 2, 1]);

beforeAll(() => tf.setBackend('cpu'));

describe.each<[string, (x: tf.Tensor4D) => tf.Tensor, tf.Tensor4D]>([
  ['averagePool2', averagePool2, x],
  ['upsampleNearest2', upsampleNearest2, x],
  ['sumPool', sumPool, x],
  ['maxPool2', maxPool2, apart],
  ['everySecond', everySecond, x],
  ['windowMeans', (x) => windowMeans(x, 3, 2), x],
])('%s', (_, pool, input) => {
  test('first and second gradients', () => {
    // The square makes the second gradient one that is not zero.
    const operation = (x: tf.Tensor): tf.Tensor => tf.square(pool(tf.square(x) as tf.Tensor4D));
    const linear = (x: tf.Tensor): tf.Tensor => pool(x as tf.Tensor4D);
    expectGradient(linear, [input], { eps: 0.03 });
    const positive = tf.add(input, 8);
    expectGradient(operation, [positive], { order: 2, eps: 0.03, tolerance: 5e-3 });
  });

  test('leaks nothing', () => {
    expectNoLeak(() => pool(input));
    expectNoLeak(() => tf.grad((x) => tf.sum(pool(x as tf.Tensor4D)))(input));
  });
});

test('values of a small case', () => {
  tf.tidy(() => {
    const squares = column(1, 2, 5, 7, 3, 6, 4, 8); // rows [1, 2, 5, 7] and [3, 6, 4, 8]
    expectAllclose(tf.reshape(averagePool2(squares), [-1]), [3, 6]);
    expectAllclose(tf.reshape(maxPool2(squares), [-1]), [6, 8]);
    expectAllclose(tf.reshape(sumPool(squares), [-1]), [36]);
    expectAllclose(
      tf.reshape(upsampleNearest2(column(1, 2)), [4, 2]),
      tf.tensor2d([
        [1, 1],
        [1, 1],
        [2, 2],
        [2, 2],
      ]),
    );
  });
});

test('equal maxima share one unit of gradient', () => {
  tf.tidy(() => {
    const gradient = tf.grad((x) => tf.sum(maxPool2(x as tf.Tensor4D)))(tf.zeros([1, 2, 2, 1]));
    expectAllclose(tf.sum(gradient), tf.scalar(1));
  });
});

test('a backend without a max-pool gradient kernel gets the same gradient', () => {
  const expected = tf.tidy(() => tf.grad((x) => tf.sum(tf.square(maxPool2(x as tf.Tensor4D))))(apart));
  const kernel = tf.getKernel(tf.MaxPoolGrad, 'cpu');
  tf.unregisterKernel(tf.MaxPoolGrad, 'cpu');
  try {
    tf.tidy(() => {
      expectAllclose(tf.grad((x) => tf.sum(tf.square(maxPool2(x as tf.Tensor4D))))(apart), expected);
    });
  } finally {
    tf.registerKernel(kernel);
  }
});

test('odd sizes cannot be halved', () => {
  expect(() => averagePool2(tf.zeros([1, 3, 4, 1]))).toThrow(
    'averagePool2: expected [B, H, W, C] with even H and W, got [1, 3, 4, 1]',
  );
  expect(() => maxPool2(tf.zeros([1, 4, 3, 1]))).toThrow('maxPool2: expected [B, H, W, C] with even H and W');
});

test('every second pixel: the first of each two, in rows and columns', () => {
  tf.tidy(() => {
    const image = tf.tensor4d([...Array(16).keys()], [1, 4, 4, 1]);
    expectAllclose(tf.reshape(everySecond(image), [-1]), [0, 2, 8, 10]);
    expect(() => everySecond(tf.zeros([1, 3, 4, 1]))).toThrow('everySecond: expected [B, H, W, C] with even');
  });
});

test('window means are what a convolution is the product with, averaged over its positions', () => {
  tf.tidy(() => {
    expectAllclose(windowMeans(x, 3, 2), tf.avgPool(x, [3, 2], 1, 'valid'), { atol: 1e-6 });
    const kernel = tf.tensor4d(random.normals(2 * 5 * 3), [2, 5, 3, 1]);
    const positions = tf.conv2d(x, kernel, 1, 'valid'); // [2, 3, 2, 1]
    const product = tf.sum(tf.mul(windowMeans(x, 3, 2), tf.squeeze(kernel, [3])), [1, 2, 3]);
    expectAllclose(product, tf.mean(positions, [1, 2, 3]), { atol: 1e-5 });
  });
});
