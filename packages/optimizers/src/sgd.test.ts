import * as tf from '@tensorflow/tfjs';
import { componentContract, expectAllclose, fromComponent, optimizerContract } from '@ganymede/testing';
import { Sgd, sgd } from './sgd.js';

componentContract(sgd);
optimizerContract(fromComponent(sgd));
optimizerContract(fromComponent(sgd, { momentum: 0.9, nesterov: true, weightDecay: 0.01 }));

/** The weight after each step from 1, rate 0.1, gradients 1, 2, -1. */
function run(optimizer: Sgd): number[] {
  const weight = tf.variable(tf.scalar(1));
  const instance = optimizer.create({ w: weight });
  const path = [1, 2, -1].map((gradient, index) => {
    tf.tidy(() =>
      instance.apply({ w: weight }, { w: tf.scalar(gradient) }, tf.scalar(0.1), tf.scalar(index + 1)),
    );
    return weight.dataSync()[0]!;
  });
  instance.dispose();
  weight.dispose();
  return path;
}

describe('Sgd', () => {
  // By hand from the definitions.
  test('plain', () => expectAllclose(run(new Sgd()), [0.9, 0.7, 0.8]));
  test('momentum: velocities 1, 2.5, 0.25', () =>
    expectAllclose(run(new Sgd({ momentum: 0.5 })), [0.9, 0.65, 0.625]));
  test('nesterov: steps 1.5, 3.25, -0.875', () =>
    expectAllclose(run(new Sgd({ momentum: 0.5, nesterov: true })), [0.85, 0.525, 0.6125]));
  test('weight decay: gradients 1.5, 2.425, -0.69625', () =>
    expectAllclose(run(new Sgd({ weightDecay: 0.5 })), [0.85, 0.6075, 0.677125]));

  test('slots only with momentum', () => {
    const weights = { w: tf.variable(tf.scalar(1)) };
    const plain = new Sgd().create(weights);
    const heavy = new Sgd({ momentum: 0.9 }).create(weights);
    expect([Object.keys(plain.state), Object.keys(heavy.state)]).toEqual([[], ['u.w']]);
    [plain, heavy].forEach((instance) => instance.dispose());
    tf.dispose(weights);
  });

  test('nesterov without momentum is refused', () => {
    expect(() => new Sgd({ nesterov: true })).toThrow('sgd: expected a momentum above 0 for nesterov, got 0');
  });
});
