import * as tf from '@tensorflow/tfjs';
import {
  componentContract,
  expectAllclose,
  expectGradient,
  fromComponent,
  lossContract,
} from '@ganymede/testing';
import { NonSaturatingLoss, nonSaturating } from './non-saturating.js';

componentContract(nonSaturating);
lossContract(fromComponent(nonSaturating));

const softplus = (x: number): number => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const real = [1.5, -0.5, 0.25];
const fake = [-2, 0.75, 0.1];

describe('NonSaturatingLoss', () => {
  test('is cross-entropy on logits', () => {
    tf.tidy(() => {
      const parts = new NonSaturatingLoss().discriminator(tf.tensor1d(real), tf.tensor1d(fake));
      expectAllclose(parts.real, mean(real.map((r) => softplus(-r))));
      expectAllclose(parts.fake, mean(fake.map(softplus)));
      expectAllclose(parts.real, tf.losses.sigmoidCrossEntropy(tf.ones([3]), tf.tensor1d(real)));
      expectAllclose(
        new NonSaturatingLoss().generator(tf.tensor1d(fake)),
        mean(fake.map((f) => softplus(-f))),
      );
    });
  });

  test('G learns most where D is sure that its image is fake', () => {
    tf.tidy(() => {
      const generator = (f: tf.Tensor): tf.Tensor => new NonSaturatingLoss().generator(f as tf.Tensor1D);
      expectAllclose(tf.grad(generator)(tf.tensor1d([-20])), [-1]);
      expectAllclose(tf.grad(generator)(tf.tensor1d([20])), [0], { atol: 1e-8 });
    });
  });

  test('second order', () => {
    const inputs = [tf.tensor1d(real), tf.tensor1d(fake)];
    expectGradient(
      (r, f) => {
        const parts = new NonSaturatingLoss().discriminator(r as tf.Tensor1D, f as tf.Tensor1D);
        return parts.real.mul(2).add(parts.fake).square();
      },
      inputs,
      { order: 2 },
    );
    tf.dispose(inputs);
  });
});
