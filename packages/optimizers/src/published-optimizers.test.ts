import * as tf from '@tensorflow/tfjs';
import type { Optimizer } from '@ganymede/core';
import { componentContract, expectAllclose, fromComponent, optimizerContract } from '@ganymede/testing';
import { after, gradient, start } from '../testing/trajectories.js';
import { AdaBelief, adaBelief } from './adabelief.js';
import { Adam } from './adam.js';
import { Lion, lion } from './lion.js';
import { Lookahead, lookahead } from './lookahead.js';
import { Sgd } from './sgd.js';

componentContract(lion);
optimizerContract(fromComponent(lion));
optimizerContract(fromComponent(lion, { beta1: 0.5, weightDecay: 0.1 }));
componentContract(adaBelief);
optimizerContract(fromComponent(adaBelief));
optimizerContract(fromComponent(adaBelief, { beta1: 0.5, epsilon: 1e-12, weightDecay: 0.1 }));
componentContract(lookahead);
optimizerContract(fromComponent(lookahead));
optimizerContract(fromComponent(lookahead, { every: 2, share: 0.8, inner: { use: 'sgd', momentum: 0.5 } }));
optimizerContract(fromComponent(lookahead, { every: 3, inner: { use: 'lion' } }));

/** Seven steps in float64 of lion-pytorch 0.2.5, adabelief-pytorch 0.2.1 (rectify=False, weight_decouple as said). */
test.each<[string, Optimizer, number[]]>([
  ['Lion', new Lion(), [0.97, -0.51, 0.24, 0.01, 1.99, -1.43]],
  [
    'Lion, betas (0.5, 0.9), weight decay',
    new Lion({ beta1: 0.5, beta2: 0.9, weightDecay: 0.1 }),
    [0.983110695, -0.506480473, 0.238285151, 0.00993013, 1.97607178, -1.419741098],
  ],
  [
    'AdaBelief',
    new AdaBelief(),
    [0.954906796, -0.469485768, 0.208113734, -0.0031333, 1.985610147, -1.417713214],
  ],
  [
    'AdaBelief, betas (0.5, 0.99), decoupled weight decay',
    new AdaBelief({ beta1: 0.5, beta2: 0.99, epsilon: 1e-12, weightDecay: 0.1 }),
    [0.936950579, -0.454356894, 0.179981674, -0.006666221, 1.97152914, -1.213293843],
  ],
])('%s agrees with its PyTorch package', (_, optimizer, expected) => {
  expectAllclose(after(7, optimizer, 0.01), expected, { rtol: 1e-5, atol: 2e-6 });
});

describe('Lookahead', () => {
  test.each([
    [1, 0.3],
    [3, 0.5],
    [5, 1],
  ])('with slow weights of its own, as the paper has it: every %i steps, share %d', (every, share) => {
    const [rate, steps] = [0.05, 11];
    let [fast, slow] = [[...start], [...start]];
    for (let t = 1; t <= steps; t++) {
      const now = gradient(t);
      fast = fast.map((w, i) => w - rate * now[i]!);
      if (t % every !== 0) continue;
      slow = slow.map((w, i) => w + share * (fast[i]! - w));
      fast = [...slow];
    }
    const found = after(steps, new Lookahead({ inner: new Sgd(), every, share }), rate);
    expectAllclose(found, fast, { rtol: 1e-5, atol: 1e-6 });
  });

  test('keeping all of the way it is its inner optimizer', () => {
    const inner = new Adam({ beta1: 0.5 });
    expectAllclose(after(9, new Lookahead({ inner, share: 1 }), 0.02), after(9, inner, 0.02), {
      rtol: 1e-6,
      atol: 1e-7,
    });
  });

  test('goes back to weights that were assigned after it was made', () => {
    const weight = tf.variable(tf.scalar(0));
    const instance = new Lookahead({ inner: new Sgd(), every: 2 }).create({ w: weight });
    tf.tidy(() => weight.assign(tf.scalar(10)));
    for (const t of [1, 2])
      tf.tidy(() => instance.apply({ w: weight }, { w: tf.scalar(1) }, tf.scalar(1), tf.scalar(t)));
    expect(weight.dataSync()[0]).toBe(9);
    instance.dispose();
    weight.dispose();
  });
});
