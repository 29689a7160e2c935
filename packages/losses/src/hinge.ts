import * as tf from '@tensorflow/tfjs';
import { defineComponent, type Loss } from '@ganymede/core';
import { z } from 'zod';

/** Of the schema, and of the class where it is made without one. */
const defaults = { margin: 1 };

const options = z.strictObject({
  margin: z
    .number()
    .positive()
    .default(defaults.margin)
    .describe('Logit beyond which an image no longer counts for D.'),
});

/**
 * Hinge adversarial loss (arXiv:1705.02894; arXiv:1802.05957, equations 16 and 17).
 *
 *     D: E max(0, m - D(x)) + E max(0, m + D(G(z)))        G: -E D(G(z))
 *
 * D stops learning from images that it tells apart by more than the margin m. BigGAN's loss, with m = 1.
 */
export class HingeLoss implements Loss {
  /** @param margin - m, in units of logits */
  constructor(readonly margin = defaults.margin) {}

  discriminator(real: tf.Tensor1D, fake: tf.Tensor1D): { real: tf.Scalar; fake: tf.Scalar } {
    return {
      real: tf.tidy(() => tf.relu(tf.sub(this.margin, real)).mean() as tf.Scalar),
      fake: tf.tidy(() => tf.relu(fake.add(this.margin)).mean() as tf.Scalar),
    };
  }

  generator(fake: tf.Tensor1D): tf.Scalar {
    return tf.tidy(() => fake.mean().neg() as tf.Scalar);
  }
}

export const hinge = defineComponent({
  slot: 'loss',
  id: 'hinge',
  summary: 'Hinge adversarial loss.',
  cites: ['arXiv:1705.02894', 'arXiv:1802.05957', 'arXiv:1809.11096'],
  options,
  create: ({ margin }) => new HingeLoss(margin),
});
