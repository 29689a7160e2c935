import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  type DiscriminatorPass,
  type NetworkName,
  type Objective,
  type ObjectiveSpec,
} from '@ganymede/core';
import { z } from 'zod';
import { expectClasses, headCall, linearHead, oneHot, variablesOf } from './head.js';

const multiHingeOptions = z.strictObject({
  discriminator: z.number().min(0).default(1).describe("factor on D's terms"),
  generator: z.number().min(0).default(0.05).describe("factor on G's term"),
});

/**
 * The multi-hinge loss of K + 1 classes, MHingeGAN (arXiv:1912.04216), over D's features h: a support vector machine
 * (Crammer and Singer's) with logits s, whose last class is that of generated images.
 *
 *     MH(s, y) = max(0, 1 + max_{k != y} s_k - s_y)
 *     D: + discriminator * [ E MH(s(h(x)), y) + E MH(s(h(G(z, y))), K) ]
 *     G: + generator * E MH(s(h(G(z, y))), y)
 *
 * It stands beside the adversarial loss. Let D's own logits do without the class: `discriminator: { projection: false }`.
 */
export class MultiHinge implements Objective {
  private readonly options: z.output<typeof multiHingeOptions>;

  constructor(options: z.input<typeof multiHingeOptions> = {}) {
    this.options = multiHingeOptions.parse(options);
  }

  /** @throws OBJECTIVE_NEEDS_CLASSES */
  create(spec: ObjectiveSpec): ReturnType<Objective['create']> {
    const { discriminator, generator } = this.options;
    const classes = expectClasses('multi-hinge', spec);
    const head = linearHead(spec, classes + 1);
    const term = (
      { features }: DiscriminatorPass,
      labels: tf.Tensor1D,
      network: NetworkName,
      factor: number,
    ): tf.Scalar =>
      tf.tidy(() => multiHingeLoss(head.call(features, headCall(network)), labels).mul(factor) as tf.Scalar);
    return {
      ...variablesOf({ head }),
      needs: ['features'],
      discriminator: ({ real, fake }) => ({
        real: term(real, real.labels, 'discriminator', discriminator),
        fake: tf.tidy(() =>
          term(
            fake,
            tf.fill([fake.labels.shape[0]], classes, 'int32') as tf.Tensor1D,
            'discriminator',
            discriminator,
          ),
        ),
      }),
      generator: ({ fake }) => ({ fake: term(fake, fake.labels, 'generator', generator) }),
    };
  }
}

/** The mean over the batch. @param logits - [B, classes]; @param labels - int32 [B] */
export function multiHingeLoss(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => {
    const own = oneHot(labels, logits.shape[1]);
    const target = logits.mul(own).sum(1);
    // The label's own logit is out of the contest: far below what a logit comes to.
    const wrong = logits.sub(own.mul(1e9)).max(1);
    return wrong.sub(target).add(1).relu().mean() as tf.Scalar;
  });
}

export const multiHinge = defineComponent({
  slot: 'objective',
  id: 'multi-hinge',
  summary: 'MHingeGAN: a support vector machine of all classes and one more for generated images.',
  cites: ['arXiv:1912.04216'],
  options: multiHingeOptions,
  create: (options) => new MultiHinge(options),
});
