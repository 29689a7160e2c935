import * as tf from '@tensorflow/tfjs';
import { defineComponent, type Loss } from '@ganymede/core';
import { z } from 'zod';

/**
 * The original minimax loss (arXiv:1406.2661, equation 1), on logits.
 *
 *     D: E softplus(-D(x)) + E softplus(D(G(z)))        G: -E softplus(D(G(z)))
 *
 * A zero-sum game: G's gradient vanishes where D is sure that its images are fake. For comparison; the non-saturating
 * form is what trains.
 */
export class MinimaxLoss implements Loss {
  discriminator(real: tf.Tensor1D, fake: tf.Tensor1D): { real: tf.Scalar; fake: tf.Scalar } {
    return {
      real: tf.tidy(() => real.neg().softplus().mean() as tf.Scalar),
      fake: tf.tidy(() => fake.softplus().mean() as tf.Scalar),
    };
  }

  generator(fake: tf.Tensor1D): tf.Scalar {
    return tf.tidy(() => fake.softplus().mean().neg() as tf.Scalar);
  }
}

export const minimax = defineComponent({
  slot: 'loss',
  id: 'minimax',
  summary: 'The original, saturating minimax loss.',
  cites: ['arXiv:1406.2661'],
  options: z.strictObject({}),
  create: () => new MinimaxLoss(),
});
