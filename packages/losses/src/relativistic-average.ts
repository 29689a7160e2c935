import * as tf from '@tensorflow/tfjs';
import { defineComponent, type Loss } from '@ganymede/core';
import { z } from 'zod';
import { requireReal } from './real-logits.js';

/**
 * Relativistic average loss, RaSGAN (arXiv:1807.00734, section 4.2), on logits.
 *
 *     D: E softplus(-(D(x) - E D(G(z)))) + E softplus(D(G(z)) - E D(x))
 *     G: the same with real and fake exchanged
 *
 * D judges whether an image is more real than the average image of the other kind.
 */
export class RelativisticAverageLoss implements Loss {
  readonly needsReal = true;
  readonly acrossImages = true;
  readonly outputs = 'differences';

  discriminator(real: tf.Tensor1D, fake: tf.Tensor1D): { real: tf.Scalar; fake: tf.Scalar } {
    return {
      real: tf.tidy(() => fake.mean().sub(real).softplus().mean() as tf.Scalar),
      fake: tf.tidy(() => fake.sub(real.mean()).softplus().mean() as tf.Scalar),
    };
  }

  generator(fake: tf.Tensor1D, real?: tf.Tensor1D): tf.Scalar {
    const reals = requireReal('relativistic-average', real);
    return tf.tidy(() => {
      const { real: fakeAboveReal, fake: realBelowFake } = this.discriminator(fake, reals);
      return fakeAboveReal.add(realBelowFake) as tf.Scalar;
    });
  }
}

export const relativisticAverage = defineComponent({
  slot: 'loss',
  id: 'relativistic-average',
  summary: 'Whether an image is more real than the average one of the other kind.',
  cites: ['arXiv:1807.00734'],
  options: z.strictObject({}),
  create: () => new RelativisticAverageLoss(),
});
