import * as tf from '@tensorflow/tfjs';
import { defineComponent, type Loss } from '@ganymede/core';
import { z } from 'zod';

/**
 * Wasserstein loss (arXiv:1701.07875).
 *
 *     D: E D(G(z)) - E D(x)        G: -E D(G(z))
 *
 * An estimate of the earth mover's distance if D is 1-Lipschitz, which is the business of the network (spectral
 * norm) or of a regularizer (`gradient-penalty`): without either, D's logits grow without bound.
 */
export class WassersteinLoss implements Loss {
  readonly outputs = 'distances';

  discriminator(real: tf.Tensor1D, fake: tf.Tensor1D): { real: tf.Scalar; fake: tf.Scalar } {
    return {
      real: tf.tidy(() => real.mean().neg() as tf.Scalar),
      fake: tf.tidy(() => fake.mean() as tf.Scalar),
    };
  }

  generator(fake: tf.Tensor1D): tf.Scalar {
    return tf.tidy(() => fake.mean().neg() as tf.Scalar);
  }
}

export const wasserstein = defineComponent({
  slot: 'loss',
  id: 'wasserstein',
  summary: 'Difference of mean logits, for a Lipschitz discriminator.',
  cites: ['arXiv:1701.07875'],
  options: z.strictObject({}),
  create: () => new WassersteinLoss(),
});
