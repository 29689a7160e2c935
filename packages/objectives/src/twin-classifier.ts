import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  type DiscriminatorPass,
  type NetworkName,
  type Objective,
  type ObjectiveSpec,
} from '@ganymede/core';
import { z } from 'zod';
import { crossEntropy, expectClasses, headCall, linearHead, variablesOf } from './head.js';

const twinClassifierOptions = z.strictObject({
  weight: z
    .number()
    .min(0)
    .default(1)
    .describe('factor on the cross entropies of the classifier of real images'),
  twin: z.number().min(0).default(1).describe('factor on those of the classifier of generated ones'),
});

/**
 * Twin auxiliary classifiers, TAC-GAN (arXiv:1907.02690), over D's features h. c learns the classes of real images, its
 * twin t those of generated ones:
 *
 *     D: + weight * E CE(c(h(x)), y) + twin * E CE(t(h(G(z, y))), y)
 *     G: + weight * E CE(c(h(G(z, y))), y) - twin * E CE(t(h(G(z, y))), y)
 *
 * What AC-GAN does alone pulls G to images whose class is easy to tell; the twin, which G works against, takes that pull
 * away. Let D's own logits do without the class: `discriminator: { projection: false }`.
 */
export class TwinClassifier implements Objective {
  private readonly options: z.output<typeof twinClassifierOptions>;

  constructor(options: z.input<typeof twinClassifierOptions> = {}) {
    this.options = twinClassifierOptions.parse(options);
  }

  /** @throws OBJECTIVE_NEEDS_CLASSES */
  create(spec: ObjectiveSpec): ReturnType<Objective['create']> {
    const { weight, twin } = this.options;
    const classes = expectClasses('twin-classifier', spec);
    const heads = { real: linearHead(spec, classes), twin: linearHead(spec, classes) };
    const term = (
      head: keyof typeof heads,
      { features, labels }: DiscriminatorPass,
      network: NetworkName,
      factor: number,
    ): tf.Scalar =>
      tf.tidy(
        () => crossEntropy(heads[head].call(features, headCall(network)), labels).mul(factor) as tf.Scalar,
      );
    return {
      ...variablesOf(heads),
      needs: ['features'],
      discriminator: ({ real, fake }) => ({
        classes: term('real', real, 'discriminator', weight),
        twin: term('twin', fake, 'discriminator', twin),
      }),
      generator: ({ fake }) => ({
        classes: term('real', fake, 'generator', weight),
        twin: term('twin', fake, 'generator', -twin),
      }),
    };
  }
}

export const twinClassifier = defineComponent({
  slot: 'objective',
  id: 'twin-classifier',
  summary:
    'TAC-GAN: two classifiers, of real and of generated images; the generator works with one and against its twin.',
  cites: ['arXiv:1907.02690'],
  options: twinClassifierOptions,
  create: (options) => new TwinClassifier(options),
});
