import * as tf from '@tensorflow/tfjs';
import { defineComponent, type Objective } from '@ganymede/core';
import { z } from 'zod';

const featureMatchingOptions = z.strictObject({
  weight: z.number().positive().default(1).describe('factor on the term'),
});

/**
 * Feature matching (arXiv:1606.03498, section 3.1): G's images have, on average, the features that D finds in real ones,
 *
 *     G: weight * mean_j | E f_j(G(z)) - E f_j(x) |
 *
 * with f what D's last layer sees, x a fresh batch, whose features are constants. The absolute value is that of
 * Improved GAN's code, where the paper writes the squared norm.
 */
export class FeatureMatching implements Objective {
  readonly acrossImages = true;
  private readonly weight: number;

  constructor(options: z.input<typeof featureMatchingOptions> = {}) {
    this.weight = featureMatchingOptions.parse(options).weight;
  }

  create(): ReturnType<Objective['create']> {
    return {
      needs: ['features', 'realForGenerator'],
      generator: ({ real, fake }) => ({
        distance: tf.tidy(
          () => fake.features.mean(0).sub(real.features.mean(0)).abs().mean().mul(this.weight) as tf.Scalar,
        ),
      }),
    };
  }
}

export const featureMatching = defineComponent({
  slot: 'objective',
  id: 'feature-matching',
  summary: 'Generated images have the mean features of real ones.',
  cites: ['arXiv:1606.03498'],
  options: featureMatchingOptions,
  create: (options) => new FeatureMatching(options),
});
