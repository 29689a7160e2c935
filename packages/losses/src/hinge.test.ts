import * as tf from '@tensorflow/tfjs';
import {
  componentContract,
  expectAllclose,
  expectGradient,
  fromComponent,
  lossContract,
} from '@ganymede/testing';
import { HingeLoss, hinge } from './hinge.js';

componentContract(hinge);
lossContract(fromComponent(hinge));

lossContract(fromComponent(hinge, { margin: 0.5 }));

describe('HingeLoss', () => {
  // By hand from the definition.
  test('values', () => {
    tf.tidy(() => {
      const { real, fake } = new HingeLoss(1).discriminator(
        tf.tensor1d([2, 0.5, -1]),
        tf.tensor1d([-3, 0, 1]),
      );
      expectAllclose(real, (0 + 0.5 + 2) / 3);
      expectAllclose(fake, (0 + 1 + 2) / 3);
      expectAllclose(new HingeLoss(1).generator(tf.tensor1d([1, 4])), -2.5);
    });
  });

  test('the margin moves the hinge', () => {
    tf.tidy(() => {
      const { real, fake } = new HingeLoss(0.25).discriminator(
        tf.tensor1d([0.5, 0]),
        tf.tensor1d([-0.125, -1]),
      );
      expectAllclose(real, 0.125);
      expectAllclose(fake, 0.0625);
    });
  });

  test('D learns nothing from images beyond the margin', () => {
    tf.tidy(() => {
      const real = tf.tensor1d([1.5, 0.5]);
      const gradient = tf.grad((r: tf.Tensor) => new HingeLoss(1).discriminator(r as tf.Tensor1D, real).real)(
        real,
      );
      expectAllclose(gradient, [0, -0.5]);
    });
  });

  test('second order, away from the hinges', () => {
    const logits = tf.tensor1d([1.7, 0.4, -0.6]);
    expectGradient((r) => new HingeLoss(1).discriminator(r as tf.Tensor1D, logits).real.square(), [logits], {
      order: 2,
    });
    logits.dispose();
  });
});
