import * as tf from '@tensorflow/tfjs';
import { componentContract, expectAllclose, fromComponent, optimizerContract } from '@ganymede/testing';
import { after, distanceInGame } from '../testing/trajectories.js';
import { Adam } from './adam.js';
import { Optimistic, optimistic } from './optimistic.js';
import { Sgd } from './sgd.js';

componentContract(optimistic);
optimizerContract(fromComponent(optimistic));
optimizerContract(fromComponent(optimistic, { inner: { use: 'sgd', momentum: 0.5 } }));
optimizerContract(fromComponent(optimistic, { inner: { use: 'lion' } }));

/** Seven steps of algorithm 1 of arXiv:1711.00141, with the steps that torch.optim.Adam (2.11, float64) makes of the gradients. */
test.each<[number, number, number[]]>([
  [0.5, 0.99, [0.971905372, -0.470159383, 0.205619091, -0.008739619, 1.990777919, -1.40880304]],
  [0, 0.999, [0.970496368, -0.463289187, 0.197591358, -0.01502689, 1.993842843, -1.396393886]],
])('around Adam (%d, %d) it is optimistic Adam', (beta1, beta2, expected) => {
  const optimizer = new Optimistic(new Adam({ beta1, beta2 }));
  expectAllclose(after(7, optimizer, 0.01), expected, { rtol: 1e-5, atol: 2e-6 });
});

test('a game that gradient descent spirals out of comes to its equilibrium', () => {
  // Each step of gradient descent multiplies the distance by the root of 1 + 0.3^2.
  expectAllclose(distanceInGame(200, new Sgd(), 0.3), Math.SQRT2 * 1.09 ** 100, { rtol: 1e-3 });
  expect(distanceInGame(200, new Optimistic(new Sgd()), 0.3)).toBeLessThan(1e-3);
});

test('where the learning rate falls, it goes back as far as it had looked ahead', () => {
  const weight = tf.variable(tf.scalar(0));
  const instance = new Optimistic(new Sgd()).create({ w: weight });
  const rates = [1, 0.1, 0.1];
  rates.forEach((rate, t) =>
    tf.tidy(() => instance.apply({ w: weight }, { w: tf.scalar(-1) }, tf.scalar(rate), tf.scalar(t + 1))),
  );
  // All steps, and the last one ahead.
  expectAllclose(weight, 1 + 0.1 + 0.1 + 0.1);
  instance.dispose();
  weight.dispose();
});
