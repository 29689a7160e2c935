import * as tf from '@tensorflow/tfjs';
import { componentContract, expectAllclose, fromComponent, regularizerContract } from '@ganymede/testing';
import { linearScene } from '../testing/linear-scene.js';
import { R1Regularizer, r1 } from './r1.js';

componentContract(r1);
regularizerContract(fromComponent(r1));
regularizerContract(fromComponent(r1, { gamma: 0.5, interval: 1 }));

describe('R1Regularizer', () => {
  // D(x) = <w, x> has the gradient w at every image: R1 = gamma / 2 * ||w||^2, its gradient gamma * w.
  test('of a linear discriminator', () => {
    const { weights, step, dispose } = linearScene([1, -2, 2, 4]);
    tf.tidy(() => {
      const regularizer = new R1Regularizer({ gamma: 3 });
      expectAllclose(regularizer.penalty(weights, step), 1.5 * 25);
      const { grads } = tf.variableGrads(() => regularizer.penalty(weights, step), [weights.w]);
      expectAllclose(grads[weights.w.name]!, [3, -6, 6, 12]);
    });
    dispose();
  });

  test('does not include the interval', () => {
    const { weights, step, dispose } = linearScene([1, 0, 0, 0]);
    tf.tidy(() => {
      const once = new R1Regularizer({ interval: 1 }).penalty(weights, step);
      expectAllclose(new R1Regularizer({ interval: 16 }).penalty(weights, step), once);
    });
    dispose();
  });

  test('needs images', () => {
    expect(() => new R1Regularizer().penalty({}, null)).toThrow(
      'regularizer r1: expected the images of a discriminator step, got none',
    );
  });
});
