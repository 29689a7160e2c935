import * as tf from '@tensorflow/tfjs';
import { defineComponent, type Objective } from '@ganymede/core';
import { SteeredProbability } from '@ganymede/ops';
import { z } from 'zod';

export const apaOptions = z.strictObject({
  target: z
    .number()
    .min(-1)
    .max(1)
    .default(0.6)
    .describe("what the mean sign of D's logits on real images is held at"),
  interval: z.int().positive().default(4).describe('micro-batches of D between two moves of p'),
  speed: z.number().positive().default(500_000).describe('real images in which p could go from 0 to 1'),
  initial: z.number().min(0).max(1).default(0).describe('p at the start'),
});

/**
 * Adaptive pseudo augmentation (arXiv:2111.06849, section 3): with probability p a generated image stands among the real
 * ones, so that D has less to remember. p is steered as in ADA, by r = E sign(D(x)) over all that D was shown as real:
 *
 *     p <- clip(p + sign(r - target) * images / speed, 0, 1)
 *
 * The i-th generated image stands in for the i-th real one, under the real one's label, whatever its own.
 *
 * State: `p`, and signs, images and micro-batches since p was last moved.
 */
export class Apa implements Objective {
  private readonly options: z.output<typeof apaOptions>;

  constructor(options: z.input<typeof apaOptions> = {}) {
    this.options = apaOptions.parse(options);
  }

  create(): ReturnType<Objective['create']> {
    const steered = new SteeredProbability(this.options);
    return {
      state: steered.state,
      draws: (network) =>
        network === 'discriminator' ? [{ stream: 'apa', distribution: 'uniform', shape: [] }] : [],
      changeReal: (real, step) => {
        if (step.network !== 'discriminator') return real;
        return tf.tidy(() => {
          const isPseudo = step.draw('apa').less(steered.p).cast('float32').reshape([-1, 1, 1, 1]);
          return real.add(step.fake.images.sub(real).mul(isPseudo)) as tf.Tensor4D;
        });
      },
      observe: (step) => {
        if (step.network !== 'discriminator') return;
        return tf.tidy(() => {
          const signs = steered.observe(step.real.logits, true, step.replicas);
          return { p: steered.p.clone(), signs };
        });
      },
    };
  }
}

export const apa = defineComponent({
  slot: 'objective',
  id: 'apa',
  summary: 'APA: generated images stand in for real ones with a probability that overfitting steers.',
  cites: ['arXiv:2111.06849'],
  options: apaOptions,
  create: (options) => new Apa(options),
});
