import { RandomStream } from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { expectGradient } from './gradient.js';
import { expectNoLeak } from './leak.js';

const random = RandomStream.create(1, 'test');
const x = tf.tensor2d(random.normals(6), [2, 3]);
const w = tf.tensor2d(random.normals(12), [3, 4]);

afterAll(() => tf.dispose([x, w]));

/** y = x^2 with a first gradient of `factor` 2 x. */
function square(factor: number): (x: tf.Tensor) => tf.Tensor {
  return tf.customGrad((input: unknown, save: unknown) => {
    const t = input as tf.Tensor;
    (save as tf.GradSaveFunc)([t]);
    return {
      value: t.square(),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => [dy.mul(saved[0]!).mul(2 * factor)],
    };
  });
}

describe('expectGradient', () => {
  test('accepts right gradients, of several inputs and any output shape', () => {
    expectGradient((a, b) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D).softplus(), [x, w], { order: 2 });
    expectGradient((a) => a.square().sum(), [x], { order: 2 });
  });

  test('accepts functions that do not depend on an input', () => {
    expectGradient((a) => a.mul(3), [x, w], { order: 2 });
  });

  test('refuses a first gradient that is off by one per cent', () => {
    expectGradient(square(1), [x]);
    expect(() => expectGradient(square(1.01), [x])).toThrow(/order 1\), got/);
  });

  test('refuses a gradient that is lost', () => {
    const lost = tf.customGrad((input: unknown) => ({
      value: (input as tf.Tensor).square(),
      gradFunc: (dy: tf.Tensor) => [tf.zerosLike(dy)],
    }));
    expect(() => expectGradient((a) => lost(a), [x])).toThrow('order 1');
  });

  // https://github.com/tensorflow/tfjs/issues/3252: sigmoid saves its output, and the output's gradient is lost.
  test('refuses a second gradient that is wrong where the first is right', () => {
    const sigmoid = (a: tf.Tensor): tf.Tensor => tf.sigmoid(a);
    expectGradient(sigmoid, [x]);
    expect(() => expectGradient(sigmoid, [x], { order: 2 })).toThrow('order 2');
  });

  test('refuses NaN', () => {
    expect(() => expectGradient((a) => a.sub(100).sqrt(), [x])).toThrow('expectGradient');
  });

  test('says so when rounding hides the gradient', () => {
    expect(() => expectGradient((a) => a.mul(1e-3).add(1e5), [x])).toThrow('raise eps');
  });

  test('refuses integer inputs', () => {
    const labels = tf.tensor1d([1], 'int32');
    expect(() => expectGradient((a) => a, [labels])).toThrow('expected float32 inputs, got int32');
    labels.dispose();
  });

  test('leaks nothing', () => {
    expectNoLeak(() => expectGradient((a) => a.softplus(), [x], { order: 2 }));
  });
});
