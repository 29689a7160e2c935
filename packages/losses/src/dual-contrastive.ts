import * as tf from '@tensorflow/tfjs';
import { defineComponent, type Loss } from '@ganymede/core';
import { z } from 'zod';
import { logSumExp } from './log-sum-exp.js';
import { requireReal } from './real-logits.js';

/**
 * Dual contrastive loss (arXiv:2103.16748, section 3), on logits r_i of real and f_j of fake images.
 *
 *     D: mean_i -log(e^r_i / (e^r_i + sum_j e^f_j)) + mean_j -log(e^-f_j / (e^-f_j + sum_i e^-r_i))
 *     G: the same with real and fake exchanged
 *
 * One real image is picked out among all fakes of the batch, and one fake among all reals. The paper has G maximise
 * D's loss; exchanging the roles is the non-saturating form of that (github:lucidrains/lightweight-gan). Each term is
 * softplus of a difference, which stays finite for any logits.
 */
export class DualContrastiveLoss implements Loss {
  readonly needsReal = true;
  readonly acrossImages = true;

  discriminator(real: tf.Tensor1D, fake: tf.Tensor1D): { real: tf.Scalar; fake: tf.Scalar } {
    return {
      real: tf.tidy(() => logSumExp(fake).sub(real).softplus().mean() as tf.Scalar),
      fake: tf.tidy(() => logSumExp(real.neg()).add(fake).softplus().mean() as tf.Scalar),
    };
  }

  generator(fake: tf.Tensor1D, real?: tf.Tensor1D): tf.Scalar {
    const reals = requireReal('dual-contrastive', real);
    return tf.tidy(() => {
      const exchanged = this.discriminator(fake, reals);
      return exchanged.real.add(exchanged.fake) as tf.Scalar;
    });
  }
}

export const dualContrastive = defineComponent({
  slot: 'loss',
  id: 'dual-contrastive',
  summary: 'Each image is picked out among the whole batch of the other kind.',
  cites: ['arXiv:2103.16748'],
  options: z.strictObject({}),
  create: () => new DualContrastiveLoss(),
});
