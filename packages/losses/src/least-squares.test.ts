import * as tf from '@tensorflow/tfjs';
import {
  componentContract,
  expectAllclose,
  expectGradient,
  fromComponent,
  lossContract,
} from '@ganymede/testing';
import { LeastSquaresLoss, leastSquares } from './least-squares.js';

componentContract(leastSquares);
lossContract(fromComponent(leastSquares));

const real = [1.5, -0.5, 0.25];
const fake = [-2, 0.75, 0.1];

describe('LeastSquaresLoss', () => {
  // By hand from the definition.
  test('values', () => {
    tf.tidy(() => {
      const loss = new LeastSquaresLoss();
      const parts = loss.discriminator(tf.tensor1d([3, 1]), tf.tensor1d([-2, 1]));
      expectAllclose(parts.real, (4 + 0) / 4);
      expectAllclose(parts.fake, (4 + 1) / 4);
      expectAllclose(loss.generator(tf.tensor1d([-1, 1, 2])), (4 + 0 + 1) / 6);
    });
  });

  test('is smallest at 1 for real and 0 for fake', () => {
    tf.tidy(() => {
      const parts = new LeastSquaresLoss().discriminator(tf.tensor1d([1]), tf.tensor1d([0]));
      expectAllclose(tf.stack([parts.real, parts.fake]), [0, 0]);
    });
  });

  test('second order', () => {
    const inputs = [tf.tensor1d(real), tf.tensor1d(fake)];
    expectGradient(
      (r, f) => {
        const parts = new LeastSquaresLoss().discriminator(r as tf.Tensor1D, f as tf.Tensor1D);
        return parts.real.mul(2).add(parts.fake).square();
      },
      inputs,
      { order: 2 },
    );
    tf.dispose(inputs);
  });
});
