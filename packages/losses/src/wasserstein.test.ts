import * as tf from '@tensorflow/tfjs';
import {
  componentContract,
  expectAllclose,
  expectGradient,
  fromComponent,
  lossContract,
} from '@ganymede/testing';
import { WassersteinLoss, wasserstein } from './wasserstein.js';

componentContract(wasserstein);
lossContract(fromComponent(wasserstein));

const real = [1.5, -0.5, 0.25];
const fake = [-2, 0.75, 0.1];

describe('WassersteinLoss', () => {
  // By hand from the definition.
  test('values', () => {
    tf.tidy(() => {
      const loss = new WassersteinLoss();
      const parts = loss.discriminator(tf.tensor1d([3, 1]), tf.tensor1d([-2, 1]));
      expectAllclose(parts.real, -2);
      expectAllclose(parts.fake, -0.5);
      expectAllclose(loss.generator(tf.tensor1d([-1, 4])), -1.5);
    });
  });

  test('a shift of all logits changes nothing for D', () => {
    tf.tidy(() => {
      const total = (shift: number): tf.Tensor => {
        const parts = new WassersteinLoss().discriminator(
          tf.tensor1d(real).add(shift),
          tf.tensor1d(fake).add(shift),
        );
        return parts.real.add(parts.fake);
      };
      expectAllclose(total(3), total(0));
    });
  });

  test('second order', () => {
    const inputs = [tf.tensor1d(real), tf.tensor1d(fake)];
    expectGradient(
      (r, f) => {
        const parts = new WassersteinLoss().discriminator(r as tf.Tensor1D, f as tf.Tensor1D);
        return parts.real.mul(2).add(parts.fake).square();
      },
      inputs,
      { order: 2 },
    );
    tf.dispose(inputs);
  });
});
