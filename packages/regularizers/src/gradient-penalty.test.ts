import * as tf from '@tensorflow/tfjs';
import { componentContract, expectAllclose, fromComponent, regularizerContract } from '@ganymede/testing';
import { GradientPenalty, gradientPenalty } from './gradient-penalty.js';
import { linearScene } from '../testing/linear-scene.js';

componentContract(gradientPenalty);
regularizerContract(fromComponent(gradientPenalty));
regularizerContract(fromComponent(gradientPenalty, { weight: 2, target: 0.5 }));
regularizerContract(fromComponent(gradientPenalty, { target: 0.1, oneSided: true }));

describe('GradientPenalty', () => {
  // D(x) = <w, x> has the gradient w at every point: the penalty is lambda (||w|| - target)^2.
  test('of a linear discriminator', () => {
    const { weights, step, dispose } = linearScene([1, -2, 2, 4]);
    tf.tidy(() => {
      expectAllclose(new GradientPenalty().penalty(step()), 10 * (5 - 1) ** 2);
      const regularizer = new GradientPenalty({ weight: 2, target: 0 });
      expectAllclose(regularizer.penalty(step()), 2 * 25);
      const { grads } = tf.variableGrads(() => regularizer.penalty(step()), [weights.w]);
      expectAllclose(grads[weights.w.name]!, [4, -8, 8, 16]);
    });
    dispose();
  });

  test('one-sided, norms below the target cost nothing', () => {
    const { step, dispose } = linearScene([1, -2, 2, 4]);
    tf.tidy(() => {
      expectAllclose(new GradientPenalty({ oneSided: true, target: 6 }).penalty(step()), 0);
      expectAllclose(new GradientPenalty({ oneSided: true, target: 4 }).penalty(step()), 10);
    });
    dispose();
  });

  test('is finite, and so is its gradient, where D is flat', () => {
    const { weights, step, dispose } = linearScene([0, 0, 0, 0]);
    tf.tidy(() => {
      const regularizer = new GradientPenalty();
      expectAllclose(regularizer.penalty(step()), 10, { rtol: 1e-4 });
      const { grads } = tf.variableGrads(() => regularizer.penalty(step()), [weights.w]);
      expect(grads[weights.w.name]!.dataSync().every(Number.isFinite)).toBe(true);
    });
    dispose();
  });

  // D(x) = <w, x>^2 / 2 has the gradient <w, x> w. With w = e_1 its norm is |x_1| at each point between the images.
  test('looks between each pair, at the step’s random points', () => {
    const { step, dispose } = linearScene([1, 0, 0, 0], true);
    tf.tidy(() => {
      const real = tf.tensor4d([4, 0, 0, 0, 8, 0, 0, 0], [2, 2, 2, 1]);
      const fake = tf.tensor4d([0, 0, 0, 0, 0, 0, 0, 0], [2, 2, 2, 1]);
      const uniform = tf.tensor1d([0.75, 0.25]);
      const value = new GradientPenalty({ weight: 1 }).penalty(
        step({ real, fake, draws: { penalty: uniform } }),
      );
      // Points with x_1 of 3 and 2.
      expectAllclose(value, ((3 - 1) ** 2 + (2 - 1) ** 2) / 2);
    });
    dispose();
  });

  test('batches must have one size', () => {
    const { step, dispose } = linearScene([1, 0, 0, 0]);
    tf.tidy(() => {
      const fake = tf.zeros([3, 2, 2, 1]) as tf.Tensor4D;
      expect(() => new GradientPenalty().penalty(step({ fake }))).toThrow(
        'expected real and fake images of one shape, got [2, 2, 2, 1] and [3, 2, 2, 1]',
      );
    });
    dispose();
  });
});
