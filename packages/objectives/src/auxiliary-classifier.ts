import * as tf from '@tensorflow/tfjs';
import { defineComponent, type Objective, type ObjectiveSpec } from '@ganymede/core';
import { z } from 'zod';
import { crossEntropy, expectClasses, headCall, linearHead, variablesOf } from './head.js';

const auxiliaryClassifierOptions = z.strictObject({
  discriminator: z.number().min(0).default(1).describe("factor on D's cross entropy"),
  generator: z.number().min(0).default(1).describe("factor on G's cross entropy"),
});

/**
 * An auxiliary classifier, AC-GAN (arXiv:1610.09585), over D's features h, with a head c of one logit a class:
 *
 *     D: + discriminator * E CE(c(h(x)), y)        G: + generator * E CE(c(h(G(z, y))), y)
 *
 * D learns classes from real images alone, where the paper's D learns them from generated ones too. Let D's own
 * logits do without the class: `discriminator: { projection: false }`.
 */
export class AuxiliaryClassifier implements Objective {
  private readonly options: z.output<typeof auxiliaryClassifierOptions>;

  constructor(options: z.input<typeof auxiliaryClassifierOptions> = {}) {
    this.options = auxiliaryClassifierOptions.parse(options);
  }

  /** @throws OBJECTIVE_NEEDS_CLASSES */
  create(spec: ObjectiveSpec): ReturnType<Objective['create']> {
    const { discriminator, generator } = this.options;
    const classes = expectClasses('auxiliary-classifier', spec);
    const head = linearHead(spec, classes);
    const term = (
      features: tf.Tensor2D,
      labels: tf.Tensor1D,
      network: 'generator' | 'discriminator',
      factor: number,
    ) => tf.tidy(() => crossEntropy(head.call(features, headCall(network)), labels).mul(factor) as tf.Scalar);
    return {
      ...variablesOf({ head }),
      needs: ['features'],
      discriminator: ({ real }) => ({
        classes: term(real.features, real.labels, 'discriminator', discriminator),
      }),
      generator: ({ fake }) => ({ classes: term(fake.features, fake.labels, 'generator', generator) }),
    };
  }
}

export const auxiliaryClassifier = defineComponent({
  slot: 'objective',
  id: 'auxiliary-classifier',
  summary: "AC-GAN: a classifier over the discriminator's features, which the generator has to satisfy too.",
  cites: ['arXiv:1610.09585'],
  options: auxiliaryClassifierOptions,
  create: (options) => new AuxiliaryClassifier(options),
});
