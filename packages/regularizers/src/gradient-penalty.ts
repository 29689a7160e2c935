import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  GanymedeError,
  type DiscriminatorStep,
  type NamedVariables,
  type Regularizer,
} from '@ganymede/core';
import { z } from 'zod';
import { requireStep } from './discriminator-step.js';
import { squaredInputGradients } from './input-gradient.js';

export interface GradientPenaltyOptions {
  /** lambda: the factor on the mean squared deviation. */
  readonly weight?: number;
  /** The norm that gradients are pulled to. */
  readonly target?: number;
  readonly interval?: number;
}

/** Keeps the root differentiable where a gradient vanishes; changes a norm of 1 by 5e-13. */
const rootEpsilon = 1e-12;

/**
 * WGAN-GP's penalty (arXiv:1704.00028, equation 3): lambda * E (||grad_x D(x)|| - target)^2 at points
 * x = a real + (1 - a) fake, with a uniform in [0, 1) for each pair (the step's `uniform`).
 *
 * A conditional D is given the real image's label at each point. State (u vectors, running statistics) does not move.
 */
export class GradientPenalty implements Regularizer {
  readonly network = 'discriminator';
  readonly interval: number;
  private readonly weight: number;
  private readonly target: number;

  constructor({ weight = 10, target = 1, interval = 1 }: GradientPenaltyOptions = {}) {
    this.weight = weight;
    this.target = target;
    this.interval = interval;
  }

  penalty(_weights: NamedVariables, step: DiscriminatorStep | null): tf.Scalar {
    const { discriminator, real, fake, realLabels, uniform } = requireStep('gradient-penalty', step);
    if (`${real.shape}` !== `${fake.shape}`) {
      throw new GanymedeError(
        'REGULARIZER_BATCH_MISMATCH',
        `regularizer gradient-penalty: expected real and fake images of one shape, got [${real.shape.join(', ')}] ` +
          `and [${fake.shape.join(', ')}]`,
      );
    }
    return tf.tidy(() => {
      const a = uniform.reshape([-1, 1, 1, 1]); // [B, 1, 1, 1]
      const points = fake.add(real.sub(fake).mul(a)) as tf.Tensor4D; // [B, H, W, C]
      const norms = squaredInputGradients(discriminator, points, realLabels).add(rootEpsilon).sqrt(); // [B]
      return norms.sub(this.target).square().mean().mul(this.weight) as tf.Scalar;
    });
  }
}

export const gradientPenalty = defineComponent({
  slot: 'regularizer',
  id: 'gradient-penalty',
  summary: 'WGAN-GP: gradients of norm 1 between real and fake images.',
  cites: ['arXiv:1704.00028'],
  options: z.strictObject({
    weight: z.number().positive().default(10).describe('Factor on the mean squared deviation.'),
    target: z.number().min(0).default(1).describe('The norm that gradients are pulled to.'),
    interval: z.int().positive().default(1).describe('Discriminator steps from one penalty to the next.'),
  }),
  create: (options) => new GradientPenalty(options),
});
