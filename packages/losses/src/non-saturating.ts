import * as tf from '@tensorflow/tfjs';
import { defineComponent, type Loss } from '@ganymede/core';
import { z } from 'zod';

/**
 * Non-saturating loss (arXiv:1406.2661, section 3), on logits.
 *
 *     D: E softplus(-D(x)) + E softplus(D(G(z)))        G: E softplus(-D(G(z)))
 *
 * D is a classifier under cross-entropy; G maximises the logarithm of D's mistake instead of minimising that of D's
 * success, so that its gradient is large where D is sure.
 */
export class NonSaturatingLoss implements Loss {
  discriminator(real: tf.Tensor1D, fake: tf.Tensor1D): { real: tf.Scalar; fake: tf.Scalar } {
    return {
      real: tf.tidy(() => real.neg().softplus().mean() as tf.Scalar),
      fake: tf.tidy(() => fake.softplus().mean() as tf.Scalar),
    };
  }

  generator(fake: tf.Tensor1D): tf.Scalar {
    return tf.tidy(() => fake.neg().softplus().mean() as tf.Scalar);
  }
}

export const nonSaturating = defineComponent({
  slot: 'loss',
  id: 'non-saturating',
  summary: 'Cross-entropy for the discriminator, the logarithm of its mistake for the generator.',
  cites: ['arXiv:1406.2661'],
  options: z.strictObject({}),
  create: () => new NonSaturatingLoss(),
});
