import * as tf from '@tensorflow/tfjs';
import { defineComponent, type Objective } from '@ganymede/core';
import { z } from 'zod';

export const modeSeekingOptions = z.strictObject({
  weight: z.number().positive().default(1).describe('lambda_ms, the factor on the term'),
});

/** Keeps the ratio finite where G does not move, as in the authors' code. */
const epsilon = 1e-5;

/**
 * Mode seeking (arXiv:1903.05628, equation 3, in the form that the authors' code minimises): with a second latent z' of the
 * same class and prior,
 *
 *     G: weight * 1 / (mean |G(z) - G(z')| / mean |z - z'| + 1e-5)
 *
 * both means over the whole batch.
 */
export class ModeSeeking implements Objective {
  readonly acrossImages = true;
  private readonly weight: number;

  constructor(options: z.input<typeof modeSeekingOptions> = {}) {
    this.weight = modeSeekingOptions.parse(options).weight;
  }

  create(): ReturnType<Objective['create']> {
    return {
      draws: (network) =>
        network === 'generator' ? [{ stream: 'mode-seeking', distribution: 'prior', shape: 'latent' }] : [],
      generator: (step) => ({
        ratio: tf.tidy(() => {
          const other = step.draw('mode-seeking') as tf.Tensor2D;
          const ofImages = step.fake.images.sub(step.generate(other)).abs().mean();
          const ofLatents = step.z.sub(other).abs().mean();
          return tf.div(this.weight, ofImages.div(ofLatents).add(epsilon)) as tf.Scalar;
        }),
      }),
    };
  }
}

export const modeSeeking = defineComponent({
  slot: 'objective',
  id: 'mode-seeking',
  summary: 'Images of two latents of one class are driven apart, the more the further the latents are.',
  cites: ['arXiv:1903.05628'],
  options: modeSeekingOptions,
  create: (options) => new ModeSeeking(options),
});
