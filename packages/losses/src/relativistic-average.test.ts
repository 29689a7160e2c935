import * as tf from '@tensorflow/tfjs';
import {
  componentContract,
  expectAllclose,
  expectGradient,
  fromComponent,
  lossContract,
} from '@ganymede/testing';
import { RelativisticAverageLoss, relativisticAverage } from './relativistic-average.js';

componentContract(relativisticAverage);
lossContract(fromComponent(relativisticAverage));

const softplus = (x: number): number => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const real = [1.5, -0.5, 0.25];
const fake = [-2, 0.75, 0.1];

describe('RelativisticAverageLoss', () => {
  test('values', () => {
    tf.tidy(() => {
      const loss = new RelativisticAverageLoss();
      const parts = loss.discriminator(tf.tensor1d(real), tf.tensor1d(fake));
      expectAllclose(parts.real, mean(real.map((r) => softplus(mean(fake) - r))));
      expectAllclose(parts.fake, mean(fake.map((f) => softplus(f - mean(real)))));
      const generator =
        mean(fake.map((f) => softplus(mean(real) - f))) + mean(real.map((r) => softplus(r - mean(fake))));
      expectAllclose(loss.generator(tf.tensor1d(fake), tf.tensor1d(real)), generator);
    });
  });

  test('only differences of logits count', () => {
    tf.tidy(() => {
      const loss = new RelativisticAverageLoss();
      const shifted = loss.generator(tf.tensor1d(fake).add(5), tf.tensor1d(real).add(5));
      expectAllclose(shifted, loss.generator(tf.tensor1d(fake), tf.tensor1d(real)));
    });
  });

  test('second order', () => {
    const inputs = [tf.tensor1d(real), tf.tensor1d(fake)];
    expectGradient(
      (r, f) => {
        const parts = new RelativisticAverageLoss().discriminator(r as tf.Tensor1D, f as tf.Tensor1D);
        return parts.real.mul(2).add(parts.fake).square();
      },
      inputs,
      { order: 2 },
    );
    tf.dispose(inputs);
  });
});
