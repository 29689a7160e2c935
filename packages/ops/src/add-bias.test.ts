import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '@ganymede/core';
import { expectAllclose, expectGradient, expectNoLeak } from '@ganymede/testing';
import { addBias } from './add-bias.js';

const random = RandomStream.create(8, 'add-bias');
const x = tf.tidy(() => tf.tensor4d(random.normals(24), [2, 2, 3, 2]));
const bias = tf.tidy(() => tf.tensor1d(random.normals(2)));

beforeAll(() => tf.setBackend('cpu'));

test('adds a value per channel', () => {
  tf.tidy(() => expectAllclose(addBias(x, bias), tf.add(x, bias)));
});

test('first and second gradients', () => {
  expectGradient((x, b) => tf.square(addBias(x as tf.Tensor4D, b as tf.Tensor1D)), [x, bias], { order: 2 });
});

test('leaks nothing', () => {
  expectNoLeak(() => addBias(x, bias));
  expectNoLeak(() => tf.grads((x, b) => tf.sum(addBias(x as tf.Tensor4D, b as tf.Tensor1D)))([x, bias]));
});
