import * as tf from '@tensorflow/tfjs';
import type { Optimizer } from '@ganymede/core';
import { componentContract, expectAllclose, fromComponent, optimizerContract } from '@ganymede/testing';
import { Adam } from './adam.js';
import { Optimistic, optimistic } from './optimistic.js';
import { Sgd } from './sgd.js';

componentContract(optimistic);
optimizerContract(fromComponent(optimistic));
optimizerContract(fromComponent(optimistic, { inner: { use: 'sgd', momentum: 0.5 } }));
optimizerContract(fromComponent(optimistic, { inner: { use: 'lion' } }));

const start = [1, -0.5, 0.25, 0, 2, -1.5];
const gradient = (t: number): number[] =>
  [0.3, -1.2, 0.05, 2, -0.4, 0.7].map((base, i) => base * (0.2 + Math.sin(t * (i + 1))));

/** Seven steps of algorithm 1 of arXiv:1711.00141, with the steps that torch.optim.Adam (2.11, float64) makes of the gradients. */
test.each<[number, number, number[]]>([
  [0.5, 0.99, [0.971905372, -0.470159383, 0.205619091, -0.008739619, 1.990777919, -1.40880304]],
  [0, 0.999, [0.970496368, -0.463289187, 0.197591358, -0.01502689, 1.993842843, -1.396393886]],
])('around Adam (%d, %d) it is optimistic Adam', (beta1, beta2, expected) => {
  const weight = tf.variable(tf.tensor1d(start));
  const instance = new Optimistic(new Adam({ beta1, beta2 })).create({ w: weight });
  for (let t = 1; t <= 7; t++)
    tf.tidy(() =>
      instance.apply({ w: weight }, { w: tf.tensor1d(gradient(t)) }, tf.scalar(0.01), tf.scalar(t)),
    );
  expectAllclose(weight, expected, { rtol: 1e-5, atol: 2e-6 });
  instance.dispose();
  weight.dispose();
});

/** How far x and y of the game min over x, max over y of x y are from its equilibrium after 200 steps at once. */
function distanceInGame(optimizer: Optimizer): number {
  const [x, y] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(1))];
  const [ofX, ofY] = [optimizer.create({ x }), optimizer.create({ y })];
  for (let t = 1; t <= 200; t++) {
    tf.tidy(() => {
      const [gx, gy] = [y.clone(), x.neg()];
      ofX.apply({ x }, { x: gx }, tf.scalar(0.3), tf.scalar(t));
      ofY.apply({ y }, { y: gy }, tf.scalar(0.3), tf.scalar(t));
    });
  }
  const distance = Math.hypot(x.dataSync()[0]!, y.dataSync()[0]!);
  for (const one of [ofX, ofY, x, y]) one.dispose();
  return distance;
}

test('a game that gradient descent spirals out of comes to its equilibrium', () => {
  // Each step of gradient descent multiplies the distance by the root of 1 + 0.3^2.
  expectAllclose(distanceInGame(new Sgd()), Math.SQRT2 * 1.09 ** 100, { rtol: 1e-3 });
  expect(distanceInGame(new Optimistic(new Sgd()))).toBeLessThan(1e-3);
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
