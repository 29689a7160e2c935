import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '@ganymede/core';
import { expectAllclose, expectGradient, expectNoLeak } from '@ganymede/testing';
import { groupNorm } from './group-norm.js';

const random = RandomStream.create(9, 'group-norm');
const [B, H, W, C] = [2, 2, 3, 4];
const draw = (...shape: number[]): tf.Tensor =>
  tf.tensor(random.normals(shape.reduce((a, b) => a * b)), shape);
const x = tf.tidy(() => tf.add(tf.mul(draw(B, H, W, C), 2), 1)) as tf.Tensor4D;
const ones = tf.ones<tf.Rank.R1>([C]);
const none = tf.zeros<tf.Rank.R1>([C]);

beforeAll(() => tf.setBackend('cpu'));

test('every group of every sample has mean 0 and variance 1', () => {
  for (const groups of [1, 2, 4]) {
    tf.tidy(() => {
      const normalized = groupNorm(x, ones, none, { groups, epsilon: 1e-9 });
      for (let sample = 0; sample < B; sample++) {
        for (let group = 0; group < groups; group++) {
          const size = C / groups;
          const part = tf.slice(normalized, [sample, 0, 0, group * size], [1, H, W, size]);
          const { mean, variance } = tf.moments(part);
          expectAllclose(mean, 0, { atol: 1e-5 });
          expectAllclose(variance, 1, { rtol: 1e-4 });
        }
      }
    });
  }
});

// 1 and 3 have mean 2 and variance 1, 10 and 30 mean 20 and variance 100, all four mean 11.
test('values by hand', () => {
  tf.tidy(() => {
    const small = tf.tensor4d([1, 10, 3, 30], [1, 1, 2, 2]);
    const gain = tf.tensor1d([2, 1]);
    const bias = tf.tensor1d([0, 5]);
    expectAllclose(tf.reshape(groupNorm(small, gain, bias, { groups: 2, epsilon: 0 }), [-1]), [-2, 4, 2, 6]);
    const deviation = Math.sqrt((10 ** 2 + 1 ** 2 + 8 ** 2 + 19 ** 2) / 4);
    const together = [-20, -1, -16, 19].map((value, i) => value / deviation + (i % 2 === 0 ? 0 : 5));
    expectAllclose(tf.reshape(groupNorm(small, gain, bias, { groups: 1, epsilon: 0 }), [-1]), together);
    const rectified = groupNorm(small, gain, none.slice([0], [2]), { groups: 2, epsilon: 0, relu: true });
    expectAllclose(tf.reshape(rectified, [-1]), [0, 0, 2, 1]);
  });
});

test.each([
  ['per sample', [B, C]],
  ['shared', [C]],
])('first and second gradients, gain and bias %s', (_, shape) => {
  const gain = tf.tidy(() => tf.add(draw(...shape), 1));
  const bias = draw(...shape);
  for (const groups of [1, 2, 4]) {
    expectGradient(
      (x, g, b) => groupNorm(x as tf.Tensor4D, g as tf.Tensor2D, b as tf.Tensor2D, { groups }),
      [x, gain, bias],
      { order: 2, tolerance: 5e-3 },
    );
  }
  tf.dispose([gain, bias]);
});

test('leaks nothing', () => {
  expectNoLeak(() => tf.tidy(() => groupNorm(x, ones, none, { groups: 2, relu: true })));
  expectNoLeak(() => tf.grad((x) => tf.sum(groupNorm(x as tf.Tensor4D, ones, none, { groups: 2 })))(x));
});

test('says what does not fit', () => {
  expect(() => groupNorm(x, ones, none, { groups: 3 })).toThrow(
    'groupNorm: expected a number of groups that divides 4 channels, got 3',
  );
  expect(() => groupNorm(x, tf.ones<tf.Rank.R1>([3]), tf.ones<tf.Rank.R1>([3]), { groups: 2 })).toThrow(
    'groupNorm: expected gain and bias of [4] or [2, 4] for x [2, 2, 3, 4], got [3] and [3]',
  );
});
