import { defineComponent, type Loss } from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/** The hinge loss with a soft corner: softplus(margin - D(x)) + softplus(margin + D(G(z))), and -D(G(z)). */
export class Example implements Loss {
  /** @param margin - in units of logits */
  constructor(private readonly margin = 1) {}

  /** @param real, fake - logits [B] */
  discriminator(real: tf.Tensor1D, fake: tf.Tensor1D): { real: tf.Scalar; fake: tf.Scalar } {
    const { margin } = this;
    return {
      real: tf.tidy(() => tf.mean(tf.softplus(tf.sub(margin, real))) as tf.Scalar),
      fake: tf.tidy(() => tf.mean(tf.softplus(tf.add(margin, fake))) as tf.Scalar),
    };
  }

  generator(fake: tf.Tensor1D): tf.Scalar {
    return tf.tidy(() => tf.neg(tf.mean(fake)) as tf.Scalar);
  }
}

export const example = defineComponent({
  slot: 'loss',
  id: 'example',
  summary: 'Hinge loss with a soft corner.',
  options: z.strictObject({ margin: z.number().positive().default(1).describe('logit margin') }),
  create: ({ margin }) => new Example(margin),
});
