import * as tf from '@tensorflow/tfjs';
import { componentContract, expectAllclose, fromComponent, regularizerContract } from '@ganymede/testing';
import { linearScene } from '../testing/linear-scene.js';
import { R1Regularizer } from './r1.js';
import { R2Regularizer, r2 } from './r2.js';

componentContract(r2);
regularizerContract(fromComponent(r2));
regularizerContract(fromComponent(r2, { gamma: 0.5, interval: 1 }));

describe('R2Regularizer', () => {
  // D(x) = <w, x>^2 / 2 has the gradient <w, x> w; with w = e_1 its squared norm is x_1^2.
  test('looks at generated images', () => {
    const { weights, step, dispose } = linearScene([1, 0, 0, 0], true);
    tf.tidy(() => {
      // The scene's generated images have an x_1 of 0 and 2, its real ones of 0.5 and 0.
      expectAllclose(new R2Regularizer({ gamma: 3 }).penalty(step()), (1.5 * (0 + 4)) / 2);
      const { grads } = tf.variableGrads(() => new R2Regularizer({ gamma: 3 }).penalty(step()), [weights.w]);
      // d/dw_1 of (w_1 x_1)^2 w_1^2 at w_1 = 1 is 4 x_1^2; the other entries of the second image are 1, 0, 0.1.
      expectAllclose(tf.slice(grads[weights.w.name]!, [0], [1]), [(1.5 * 4 * 4) / 2], { rtol: 1e-4 });
    });
    dispose();
  });

  test('is R1 with the two kinds of images swapped', () => {
    const { step, dispose } = linearScene([1, -2, 2, 4], true);
    tf.tidy(() => {
      const { real, fake } = step();
      const swapped = step({ real: fake.images, fake: real.images });
      expectAllclose(new R2Regularizer().penalty(step()), new R1Regularizer().penalty(swapped));
    });
    dispose();
  });
});
