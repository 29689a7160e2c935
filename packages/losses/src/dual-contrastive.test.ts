import * as tf from '@tensorflow/tfjs';
import {
  componentContract,
  expectAllclose,
  expectGradient,
  fromComponent,
  lossContract,
} from '@ganymede/testing';
import { DualContrastiveLoss, dualContrastive } from './dual-contrastive.js';

componentContract(dualContrastive);
lossContract(fromComponent(dualContrastive));

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const real = [1.5, -0.5, 0.25];
const fake = [-2, 0.75, 0.1];

/** Cross-entropy of picking `one` among itself and `others`. */
function pick(one: number, others: readonly number[]): number {
  return -Math.log(Math.exp(one) / (Math.exp(one) + others.reduce((sum, other) => sum + Math.exp(other), 0)));
}

describe('DualContrastiveLoss', () => {
  test('is the cross-entropy of picking one image among the batch of the other kind', () => {
    tf.tidy(() => {
      const loss = new DualContrastiveLoss();
      const negative = (values: readonly number[]): number[] => values.map((value) => -value);
      const parts = loss.discriminator(tf.tensor1d(real), tf.tensor1d(fake));
      expectAllclose(parts.real, mean(real.map((r) => pick(r, fake))));
      expectAllclose(parts.fake, mean(fake.map((f) => pick(-f, negative(real)))));
      const generator =
        mean(fake.map((f) => pick(f, real))) + mean(real.map((r) => pick(-r, negative(fake))));
      expectAllclose(loss.generator(tf.tensor1d(fake), tf.tensor1d(real)), generator);
    });
  });

  test('batches may have two sizes', () => {
    tf.tidy(() => {
      const parts = new DualContrastiveLoss().discriminator(tf.tensor1d([1, 2]), tf.tensor1d([0.5]));
      expectAllclose(parts.real, (pick(1, [0.5]) + pick(2, [0.5])) / 2);
    });
  });

  test('second order', () => {
    const inputs = [tf.tensor1d(real), tf.tensor1d(fake)];
    expectGradient(
      (r, f) => {
        const parts = new DualContrastiveLoss().discriminator(r as tf.Tensor1D, f as tf.Tensor1D);
        return parts.real.mul(2).add(parts.fake).square();
      },
      inputs,
      { order: 2 },
    );
    tf.dispose(inputs);
  });
});
