import * as tf from '@tensorflow/tfjs';
import { expectAllclose, expectGradient, expectNoLeak } from '@ganymede/testing';
import { logSumExp } from './log-sum-exp.js';

describe('logSumExp', () => {
  test('values, also far from zero', () => {
    tf.tidy(() => {
      expectAllclose(
        logSumExp(tf.tensor1d([0.5, -1, 2])),
        Math.log(Math.exp(0.5) + Math.exp(-1) + Math.exp(2)),
      );
      expectAllclose(logSumExp(tf.tensor1d([1000, 1000])), 1000 + Math.log(2));
      expectAllclose(logSumExp(tf.tensor1d([-1000])), -1000);
    });
  });

  test('gradients of first and second order, without leaks', () => {
    const x = tf.tensor1d([0.5, -1, 2, 0.3]);
    expectGradient((a) => logSumExp(a), [x], { order: 2 });
    expectNoLeak(() => tf.tidy(() => tf.grad((a: tf.Tensor) => logSumExp(a))(x)));
    x.dispose();
  });

  // The reason for this function; when tfjs gets it right, this function can go.
  test("tfjs's own has no second-order gradient", () => {
    const x = tf.tensor1d([0.5, -1, 2, 0.3]);
    expect(() => expectGradient((a) => tf.logSumExp(a), [x], { order: 2 })).toThrow(
      'gradient function not found',
    );
    x.dispose();
  });
});
