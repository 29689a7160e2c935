import * as tf from '@tensorflow/tfjs';
import {
  componentContract,
  expectAllclose,
  expectGradient,
  fromComponent,
  lossContract,
} from '@ganymede/testing';
import { RelativisticPairLoss, relativisticPair } from './relativistic-pair.js';

componentContract(relativisticPair);
lossContract(fromComponent(relativisticPair));

const softplus = (x: number): number => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const real = [1.5, -0.5, 0.25];
const fake = [-2, 0.75, 0.1];

describe('RelativisticPairLoss', () => {
  test('values: the two reports add up to the loss', () => {
    tf.tidy(() => {
      const loss = new RelativisticPairLoss();
      const parts = loss.discriminator(tf.tensor1d(real), tf.tensor1d(fake));
      expectAllclose(parts.real.add(parts.fake), mean(real.map((r, i) => softplus(fake[i]! - r))));
      const generator = mean(real.map((r, i) => softplus(r - fake[i]!)));
      expectAllclose(loss.generator(tf.tensor1d(fake), tf.tensor1d(real)), generator);
    });
  });

  test('batches of two sizes cannot be paired', () => {
    tf.tidy(() => {
      const loss = new RelativisticPairLoss();
      expect(() => loss.discriminator(tf.tensor1d([1, 2]), tf.tensor1d([1]))).toThrow(
        'relativistic-pair: expected as many real logits as fake ones, got 2 and 1',
      );
    });
  });

  test('second order', () => {
    const inputs = [tf.tensor1d(real), tf.tensor1d(fake)];
    expectGradient(
      (r, f) => {
        const parts = new RelativisticPairLoss().discriminator(r as tf.Tensor1D, f as tf.Tensor1D);
        return parts.real.mul(2).add(parts.fake).square();
      },
      inputs,
      { order: 2 },
    );
    tf.dispose(inputs);
  });
});
