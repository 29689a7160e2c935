import * as tf from '@tensorflow/tfjs';
import { defineComponent, type Loss } from '@ganymede/core';
import { z } from 'zod';

/**
 * Least-squares loss (arXiv:1611.04076, equation 9: a = 0, b = c = 1).
 *
 *     D: E (D(x) - 1)^2 / 2 + E D(G(z))^2 / 2        G: E (D(G(z)) - 1)^2 / 2
 *
 * On the logits themselves, as the paper has it; some toolkits apply it to their sigmoid.
 */
export class LeastSquaresLoss implements Loss {
  discriminator(real: tf.Tensor1D, fake: tf.Tensor1D): { real: tf.Scalar; fake: tf.Scalar } {
    return {
      real: tf.tidy(() => real.sub(1).square().mean().mul(0.5) as tf.Scalar),
      fake: tf.tidy(() => fake.square().mean().mul(0.5) as tf.Scalar),
    };
  }

  generator(fake: tf.Tensor1D): tf.Scalar {
    return tf.tidy(() => fake.sub(1).square().mean().mul(0.5) as tf.Scalar);
  }
}

export const leastSquares = defineComponent({
  slot: 'loss',
  id: 'least-squares',
  summary: 'Least squares towards 1 for real and 0 for fake logits.',
  cites: ['arXiv:1611.04076'],
  options: z.strictObject({}),
  create: () => new LeastSquaresLoss(),
});
