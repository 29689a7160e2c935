import * as tf from '@tensorflow/tfjs';
import type { Optimizer } from '@ganymede/core';
import { componentContract, expectAllclose, fromComponent, optimizerContract } from '@ganymede/testing';
import { after, distanceInGame } from '../testing/trajectories.js';
import { Adam } from './adam.js';
import { Extragradient, extragradient } from './extragradient.js';
import { Sgd } from './sgd.js';

componentContract(extragradient);
optimizerContract(fromComponent(extragradient));
optimizerContract(fromComponent(extragradient, { inner: { use: 'sgd', momentum: 0.5 } }));
optimizerContract(fromComponent(extragradient, { inner: { use: 'lion' } }));

/** `extrapolation` and `step` of the authors' extragradient.py in turn, in float64. The seventh looks ahead, the eighth moves. */
test.each<[string, number, Optimizer, number[]]>([
  [
    'Adam (0.5, 0.9)',
    7,
    new Adam({ beta1: 0.5, beta2: 0.9 }),
    [0.988731353, -0.487873283, 0.241441855, -0.007901986, 1.994221505, -1.455747784],
  ],
  [
    'Adam (0.5, 0.9)',
    8,
    new Adam({ beta1: 0.5, beta2: 0.9 }),
    [0.983983812, -0.491476507, 0.250411908, -0.0116866, 2.002489826, -1.456760603],
  ],
  [
    'Adam (0, 0.999)',
    8,
    new Adam({ beta1: 0, beta2: 0.999 }),
    [0.983105328, -0.498295399, 0.283495413, -0.012549764, 2.010161839, -1.449112171],
  ],
  ['SGD', 7, new Sgd(), [0.996009802, -0.482160918, 0.24996516, -0.017335647, 1.999010839, -1.482146838]],
  ['SGD', 8, new Sgd(), [0.995012687, -0.497503046, 0.250836277, -0.022946065, 2.003704023, -1.483184706]],
])("around %s, after %i updates, it is the authors' own", (_, updates, inner, expected) => {
  expectAllclose(after(updates, new Extragradient(inner), 0.01), expected, { rtol: 1e-5, atol: 2e-6 });
});

test('in the game x y it comes to the equilibrium as fast as theory says', () => {
  const rate = 0.3;
  // A pair of updates turns and shrinks: (x, y) <- ((1 - r^2) x - r y, (1 - r^2) y + r x).
  const perPair = Math.hypot(1 - rate ** 2, rate);
  const distance = distanceInGame(100, new Extragradient(new Sgd()), rate);
  expectAllclose(distance, Math.SQRT2 * perPair ** 50, { rtol: 1e-4 });
});

test('weights that are assigned from elsewhere between the two are followed', () => {
  const weight = tf.variable(tf.scalar(0));
  const instance = new Extragradient(new Sgd()).create({ w: weight });
  const update = (t: number): void =>
    tf.tidy(() => instance.apply({ w: weight }, { w: tf.scalar(-1) }, tf.scalar(0.1), tf.scalar(t)));
  update(1);
  expectAllclose(weight, 0.1);
  weight.assign(weight.add(5));
  update(2);
  expectAllclose(weight, 5.1);
  expectAllclose(instance.state['ahead.w']!, 0);
  instance.dispose();
  weight.dispose();
});
