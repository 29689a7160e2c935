import * as tf from '@tensorflow/tfjs';
import { componentContract, expectAllclose, fromComponent, regularizerContract } from '@ganymede/testing';
import { linearScene } from '../testing/linear-scene.js';
import { R1Regularizer, r1 } from './r1.js';

componentContract(r1);
regularizerContract(fromComponent(r1));
regularizerContract(fromComponent(r1, { gamma: 0.5, interval: 1 }));

describe('R1Regularizer', () => {
  // D(x) = <w, x> has the gradient w at every image: R1 = gamma / 2 * ||w||^2, its gradient gamma * w.
  test('of a linear discriminator', () => {
    const { weights, step, dispose } = linearScene([1, -2, 2, 4]);
    tf.tidy(() => {
      const regularizer = new R1Regularizer({ gamma: 3 });
      expectAllclose(regularizer.penalty(step()), 1.5 * 25);
      const { grads } = tf.variableGrads(() => regularizer.penalty(step()), [weights.w]);
      expectAllclose(grads[weights.w.name]!, [3, -6, 6, 12]);
    });
    dispose();
  });

  test('does not include the interval', () => {
    const { step, dispose } = linearScene([1, 0, 0, 0]);
    tf.tidy(() => {
      const once = new R1Regularizer({ interval: 1 }).penalty(step());
      expectAllclose(new R1Regularizer({ interval: 16 }).penalty(step()), once);
    });
    dispose();
  });

  // D(a(x)) with a(x) = 3 x has the gradient 3 w.
  test('goes through the augmentation to the images before it', () => {
    const { weights, step, dispose } = linearScene([1, -2, 2, 4]);
    tf.tidy(() => {
      const augment = (x: tf.Tensor4D): tf.Tensor4D => x.mul(3);
      const regularizer = new R1Regularizer({ gamma: 2 });
      expectAllclose(regularizer.penalty(step({ augment })), 9 * 25);
      const { grads } = tf.variableGrads(() => regularizer.penalty(step({ augment })), [weights.w]);
      expectAllclose(grads[weights.w.name]!, [18, -36, 36, 72]);
    });
    dispose();
  });

  test('gamma follows its schedule', () => {
    const { step, dispose } = linearScene([1, 0, 0, 0]);
    const regularizer = new R1Regularizer({ gamma: { from: 8, to: 2, over: 3 } });
    const values = [0, 1, 2, 3, 9].map((at) => {
      for (const one of regularizer.scheduled) one.moveTo({ step: at, images: 0 });
      return tf.tidy(() => regularizer.penalty(step()).dataSync()[0]);
    });
    expect(values).toEqual([4, 3, 2, 1, 1]);
    for (const one of regularizer.scheduled) one.dispose();
    dispose();
  });
});
