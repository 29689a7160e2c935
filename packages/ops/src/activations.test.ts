import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '@ganymede/core';
import { expectAllclose, expectGradient, expectNoLeak } from '@ganymede/testing';
import { biasedLeakyRelu, leakyRelu } from './leaky-relu.js';
import { glu } from './glu.js';
import { relu } from './relu.js';
import { sigmoid } from './sigmoid.js';
import { softmax } from './softmax.js';
import { tanh } from './tanh.js';

const random = RandomStream.create(4, 'activations');
const x = tf.tidy(() => tf.tensor2d(random.normals(12), [3, 4]));
/** At least 0.3 from zero, where ReLU has its kink. */
const apart = tf.tidy(() => tf.add(x, tf.mul(tf.sign(x), 0.3)));

beforeAll(() => tf.setBackend('cpu'));

describe.each<[string, (x: tf.Tensor) => tf.Tensor, (x: tf.Tensor) => tf.Tensor, tf.Tensor]>([
  ['relu', relu, tf.relu, apart],
  ['leakyRelu', (x) => leakyRelu(x), (x) => tf.leakyRelu(x, 0.2), apart],
  ['softmax', softmax, tf.softmax, x],
  ['tanh', tanh, tf.tanh, x],
  ['sigmoid', sigmoid, tf.sigmoid, x],
])('%s', (_, operation, ofTfjs, input) => {
  test("tfjs's value", () => {
    tf.tidy(() => expectAllclose(operation(input), ofTfjs(input)));
  });

  test('first and second gradients', () => {
    expectGradient((x) => operation(tf.mul(x, tf.abs(x))), [input], { order: 2, tolerance: 5e-3 });
  });

  test('third gradient, so that a penalty may be differentiated twice', () => {
    const inner = tf.grad((x: tf.Tensor) => tf.sum(tf.square(operation(tf.square(x)))));
    expectGradient((x) => inner(x), [input], { order: 2, tolerance: 1e-2 });
  });

  test('leaks nothing', () => {
    expectNoLeak(() => operation(input));
    expectNoLeak(() => tf.grad((x) => tf.sum(operation(x)))(input));
  });
});

test("tfjs's own softmax, tanh and sigmoid are wrong in the second gradient: the reason for ours", () => {
  for (const operation of [tf.softmax, tf.tanh, tf.sigmoid])
    expect(() => expectGradient((x) => operation(x), [x], { order: 2 })).toThrow('order 2');
});

describe('biasedLeakyRelu', () => {
  const image = tf.tidy(() => tf.tensor4d(random.normals(2 * 2 * 3 * 4), [2, 2, 3, 4]));
  const bias = tf.tensor1d([0.5, -0.25, 0, 2]);
  const apply = (x: tf.Tensor, b: tf.Tensor): tf.Tensor =>
    biasedLeakyRelu(x as tf.Tensor4D, b as tf.Tensor1D, 0.1);
  /** Sums at least 0.3 from zero. */
  const clear = tf.tidy(() => {
    const v = tf.add(image, bias);
    return tf.add(image, tf.mul(tf.sign(v), 0.3));
  });

  test('adds the bias of each channel, then scales what is negative', () => {
    tf.tidy(() => expectAllclose(apply(image, bias), tf.leakyRelu(tf.add(image, bias), 0.1)));
  });

  test('first and second gradients, of the bias too', () => {
    expectGradient((x, b) => tf.square(apply(x, b)), [clear, bias], { order: 2, tolerance: 5e-3 });
  });

  test('leaks nothing', () => {
    expectNoLeak(() => apply(image, bias));
    expectNoLeak(() => tf.grads((x, b) => tf.sum(apply(x, b)))([image, bias]));
  });
});

describe('glu', () => {
  const image = tf.tidy(() => tf.tensor4d(random.normals(2 * 2 * 3 * 4), [2, 2, 3, 4]));
  const apply = (x: tf.Tensor): tf.Tensor => glu(x as tf.Tensor4D);

  test('the first half of the channels, gated by the second', () => {
    tf.tidy(() => {
      const [a, b] = tf.split(image, 2, 3) as [tf.Tensor4D, tf.Tensor4D];
      expectAllclose(apply(image), tf.mul(a, tf.sigmoid(b)));
    });
  });

  test('first, second and third gradients', () => {
    expectGradient((x) => apply(x), [image], { order: 2, tolerance: 5e-3 });
    const inner = tf.grad((x: tf.Tensor) => tf.sum(tf.square(apply(x))));
    expectGradient((x) => inner(x), [image], { order: 2, tolerance: 1e-2 });
  });

  test('an odd number of channels has no halves', () => {
    expect(() => glu(tf.zeros([1, 1, 1, 3]))).toThrow('glu: expected an even number of channels, got 3');
  });

  test('leaks nothing', () => {
    expectNoLeak(() => apply(image));
    expectNoLeak(() => tf.grad((x) => tf.sum(apply(x)))(image));
  });
});
