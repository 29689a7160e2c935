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

const discriminativeClassifierOptions = z.strictObject({
  weight: z.number().min(0).default(1).describe("factor on the terms, in D's and in G's loss"),
});

/**
 * An auxiliary discriminative classifier, ADC-GAN (arXiv:2107.10060), over D's features h: of 2K classes, y+ the real
 * images of class y and y- the generated ones.
 *
 *     D: + weight * [ E CE(c(h(x)), y+) + E CE(c(h(G(z, y))), y-) ]
 *     G: + weight * [ E CE(c(h(G(z, y))), y+) - E CE(c(h(G(z, y))), y-) ]
 *
 * Logit 2y is y+, logit 2y + 1 is y-. Let D's own logits do without the class: `discriminator: { projection: false }`.
 */
export class DiscriminativeClassifier implements Objective {
  private readonly options: z.output<typeof discriminativeClassifierOptions>;

  constructor(options: z.input<typeof discriminativeClassifierOptions> = {}) {
    this.options = discriminativeClassifierOptions.parse(options);
  }

  /** @throws OBJECTIVE_NEEDS_CLASSES */
  create(spec: ObjectiveSpec): ReturnType<Objective['create']> {
    const { weight } = this.options;
    const head = linearHead(spec, 2 * expectClasses('discriminative-classifier', spec));
    /** @param as - 0: as a real image, 1: as a generated one */
    const term = ({ features, labels }: DiscriminatorPass, as: 0 | 1, network: NetworkName): tf.Scalar =>
      tf.tidy(
        () =>
          crossEntropy(
            head.call(features, headCall(network)),
            labels.mul(tf.scalar(2, 'int32')).add(tf.scalar(as, 'int32')),
          ).mul(weight) as tf.Scalar,
      );
    return {
      ...variablesOf({ head }),
      needs: ['features'],
      discriminator: ({ real, fake }) => ({
        real: term(real, 0, 'discriminator'),
        fake: term(fake, 1, 'discriminator'),
      }),
      generator: ({ fake }) => ({
        real: term(fake, 0, 'generator'),
        fake: tf.tidy(() => tf.neg(term(fake, 1, 'generator'))),
      }),
    };
  }
}

export const discriminativeClassifier = defineComponent({
  slot: 'objective',
  id: 'discriminative-classifier',
  summary: 'ADC-GAN: one classifier that tells classes and, in each, real images from generated ones.',
  cites: ['arXiv:2107.10060'],
  options: discriminativeClassifierOptions,
  create: (options) => new DiscriminativeClassifier(options),
});
