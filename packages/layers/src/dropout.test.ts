import * as tf from '@tensorflow/tfjs';
import { evaluationCall, RandomStream, trainingCall } from '@ganymede/core';
import { expectAllclose, expectGradient, expectNoLeak } from '@ganymede/testing';
import { Dropout } from './dropout.js';

const random = RandomStream.create(6, 'dropout');
const x = tf.tensor2d(random.normals(12), [3, 4]);
const noise = tf.tensor2d(random.uniforms(12), [3, 4]);

beforeAll(() => tf.setBackend('cpu'));

test('values whose noise is below the rate are 0, the others grow so that the mean stays', () => {
  tf.tidy(() => {
    const values = tf.tensor2d([1, 2, 3, 4], [1, 4]);
    const fed = tf.tensor2d([0.1, 0.3, 0.29, 0.9], [1, 4]);
    expectAllclose(new Dropout(0.3).call(values, { ...trainingCall, noise: fed }), [
      [0, 2 / 0.7, 0, 4 / 0.7],
    ]);
    const many = tf.ones<tf.Rank.R2>([100, 100]);
    const uniform = tf.tensor2d(random.uniforms(10_000), [100, 100]);
    // The mean of 10,000 draws of 0 or 2 has a standard deviation of 0.01.
    expectAllclose(tf.mean(new Dropout(0.5).call(many, { ...trainingCall, noise: uniform })), 1, {
      atol: 0.04,
    });
  });
});

test('without noise, or with a rate of 0, nothing is dropped', () => {
  tf.tidy(() => {
    expectAllclose(new Dropout(0.5).call(x, evaluationCall), x);
    expectAllclose(new Dropout(0).call(x, { ...trainingCall, noise: tf.zerosLike(x) }), x);
  });
});

test('first and second gradients', () => {
  const layer = new Dropout(0.4);
  const drop = (x: tf.Tensor): tf.Tensor =>
    tf.square(layer.call(x as tf.Tensor2D, { ...trainingCall, noise }));
  expectGradient(drop, [x], { order: 2 });
  expectNoLeak(() => tf.tidy(() => layer.call(x, { ...trainingCall, noise })));
});

test('says what does not fit', () => {
  expect(() => new Dropout(1)).toThrow('dropout: expected a rate in [0, 1), got 1');
  expect(() => new Dropout(0.5).call(x, { ...trainingCall, noise: tf.zeros([3, 5]) })).toThrow(
    'dropout: expected ctx.noise [3, 4], got [3, 5]',
  );
});
