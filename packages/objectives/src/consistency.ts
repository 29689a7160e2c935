import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  GanymedeError,
  type Objective,
  type ObjectiveStep,
  type Terms,
} from '@ganymede/core';
import { z } from 'zod';
import { shifted } from './shifted.js';

export const consistencyOptions = z.strictObject({
  real: z.number().min(0).default(10).describe('lambda, the factor on the term of real images'),
  fake: z
    .number()
    .min(0)
    .default(0)
    .describe('the same of generated images: above 0 it is bCR, whose published value is 10'),
  translation: z.number().min(0).max(0.5).default(0.125).describe('largest shift, as a part of a side'),
  flip: z.boolean().default(true).describe('mirror with probability 1/2'),
});

/**
 * Consistency regularization, CR (arXiv:1910.12027, equation 3), and on both kinds of images, bCR (arXiv:2002.04724,
 * algorithm 1): D is held to say the same of an image and of the image moved,
 *
 *     real * E (D(x) - D(T(x)))^2 + fake * E (D(G(z)) - D(T(G(z))))^2
 *
 * with T a mirror and a shift by whole pixels, the border mirrored. Both logits count: gradients go through either. The
 * moved image takes the same augmentation as the image, and its pass moves no state.
 */
export class Consistency implements Objective {
  private readonly options: z.output<typeof consistencyOptions>;

  /** @throws BAD_OPTION where nothing is moved, or no term is left */
  constructor(options: z.input<typeof consistencyOptions> = {}) {
    const { real, fake, translation, flip } = (this.options = consistencyOptions.parse(options));
    if (translation > 0 || flip) {
      if (real > 0 || fake > 0) return;
      throw refused('a factor above 0 for real or fake', 'neither', 'Raise one of them.');
    }
    throw refused('an image to be moved', 'no flip and a translation of 0', 'Allow one of the two.');
  }

  create(): ReturnType<Objective['create']> {
    const { real, fake } = this.options;
    return {
      draws: (network) =>
        network === 'discriminator' ? [{ stream: 'consistency', distribution: 'uniform', shape: [6] }] : [],
      discriminator: (step) => ({
        ...(real > 0 && { real: this.term(step, 'real', real) }),
        ...(fake > 0 && { fake: this.term(step, 'fake', fake) }),
      }),
    };
  }

  private term(step: ObjectiveStep, kind: 'real' | 'fake', factor: number): Terms[string] {
    return tf.tidy(() => {
      const pass = step[kind];
      const [one, other] = tf.split(step.draw('consistency') as tf.Tensor2D, 2, 1) as [
        tf.Tensor2D,
        tf.Tensor2D,
      ];
      const moved = shifted(pass.images, kind === 'real' ? one : other, this.options);
      const { logits } = pass.judge(moved);
      return tf.squaredDifference(pass.logits, logits).mean().mul(factor) as tf.Scalar;
    });
  }
}

function refused(expected: string, got: string, hint: string): GanymedeError {
  return new GanymedeError('BAD_OPTION', `objective consistency: expected ${expected}, got ${got}`, {
    kind: 'usage',
    hint,
  });
}

export const consistency = defineComponent({
  slot: 'objective',
  id: 'consistency',
  summary: 'CR and bCR: the discriminator says the same of an image and of the image moved a little.',
  cites: ['arXiv:1910.12027', 'arXiv:2002.04724'],
  options: consistencyOptions,
  create: (options) => new Consistency(options),
});
