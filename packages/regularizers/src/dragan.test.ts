import * as tf from '@tensorflow/tfjs';
import { componentContract, expectAllclose, fromComponent, regularizerContract } from '@ganymede/testing';
import { linearScene } from '../testing/linear-scene.js';
import { Dragan, dragan } from './dragan.js';

componentContract(dragan);
regularizerContract(fromComponent(dragan));
regularizerContract(fromComponent(dragan, { weight: 2, target: 0.1, oneSided: true, spread: 2 }));

describe('Dragan', () => {
  // D(x) = <w, x> has the gradient w at every point: the penalty is lambda (||w|| - 1)^2.
  test('of a linear discriminator', () => {
    const { step, dispose } = linearScene([1, -2, 2, 4]);
    tf.tidy(() => expectAllclose(new Dragan().penalty(step()), 10 * (5 - 1) ** 2));
    dispose();
  });

  // D(x) = <w, x>^2 / 2 has the gradient <w, x> w. With w = e_1 its norm is |x_1| at each point.
  test('looks around real images, as far as the noise reaches', () => {
    const { step, dispose } = linearScene([1, 0, 0, 0], true);
    tf.tidy(() => {
      // Half of the pixels are 4, half 0: a standard deviation of 2.
      const real = tf.tensor4d([4, 0, 4, 0, 0, 4, 0, 4], [2, 2, 2, 1]);
      const noise = tf.tensor4d([0.5, 0, 0, 0, 0.25, 0, 0, 0], [2, 2, 2, 1]);
      const uniform = tf.tensor1d([0.5, 1]);
      const value = new Dragan({ weight: 1, target: 0, spread: 3 }).penalty(
        step({ real, draws: { 'penalty-noise': noise, penalty: uniform } }),
      );
      // 4 + 0.5 * 3 * 2 * 0.5 = 5.5 and 0 + 1 * 3 * 2 * 0.25 = 1.5.
      expectAllclose(value, (5.5 ** 2 + 1.5 ** 2) / 2);
    });
    dispose();
  });

  test('one-sided, norms below the target cost nothing', () => {
    const { step, dispose } = linearScene([0.5, 0, 0, 0]);
    tf.tidy(() => {
      expectAllclose(new Dragan().penalty(step()), 2.5);
      expectAllclose(new Dragan({ oneSided: true }).penalty(step()), 0);
    });
    dispose();
  });
});
