import * as tf from '@tensorflow/tfjs';
import { defineComponent, type Objective, type ObjectiveStep } from '@ganymede/core';
import { z } from 'zod';

export const latentConsistencyOptions = z.strictObject({
  radius: z.number().positive().default(0.05).describe('standard deviation of the move of z'),
  discriminator: z.number().min(0).default(20).describe("lambda_dis, the factor on D's term"),
  generator: z.number().min(0).default(0.5).describe("lambda_gen, the factor on G's term"),
});

/**
 * Latent consistency, zCR (arXiv:2002.04724, algorithm 2): with e ~ N(0, radius^2),
 *
 *     D: + discriminator * E (D(G(z)) - D(G(z + e)))^2        G: - generator * mean (G(z) - G(z + e))^2
 *
 * D does not feel the move, G is pushed to show it; the mean is over all pixels, as in the published code. The default
 * radius and factors are StudioGAN's.
 */
export class LatentConsistency implements Objective {
  private readonly options: z.output<typeof latentConsistencyOptions>;

  constructor(options: z.input<typeof latentConsistencyOptions> = {}) {
    this.options = latentConsistencyOptions.parse(options);
  }

  create(): ReturnType<Objective['create']> {
    const { radius, discriminator, generator } = this.options;
    const moved = (step: ObjectiveStep): tf.Tensor4D =>
      step.generate(step.z.add(step.draw('latent-consistency').mul(radius)));
    return {
      draws: () => [{ stream: 'latent-consistency', distribution: 'normal', shape: 'latent' }],
      discriminator: (step) => ({
        same: tf.tidy(() => {
          const { logits } = step.fake.judge(moved(step));
          return tf.squaredDifference(step.fake.logits, logits).mean().mul(discriminator) as tf.Scalar;
        }),
      }),
      generator: (step) => ({
        apart: tf.tidy(
          () => tf.squaredDifference(step.fake.images, moved(step)).mean().mul(-generator) as tf.Scalar,
        ),
      }),
    };
  }
}

export const latentConsistency = defineComponent({
  slot: 'objective',
  id: 'latent-consistency',
  summary:
    'Latent consistency, zCR: the generator moves with its latents, the discriminator does not feel it.',
  cites: ['arXiv:2002.04724'],
  options: latentConsistencyOptions,
  create: (options) => new LatentConsistency(options),
});
