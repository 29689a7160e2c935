import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  GanymedeError,
  type Draw,
  type ObjectiveStep,
  type Regularizer,
} from '@ganymede/core';
import { z } from 'zod';
import { slopePenalty } from './slope-penalty.js';
import { squaredNorms } from './squared-norms.js';

export interface GradientPenaltyOptions {
  /** lambda: the factor on the mean squared deviation. */
  readonly weight?: number;
  /** The norm that gradients are pulled to. */
  readonly target?: number;
  /** Leave norms below the target alone. */
  readonly oneSided?: boolean;
  readonly interval?: number;
}

/**
 * WGAN-GP's penalty (arXiv:1704.00028, equation 3): lambda * E (||grad_x D(x)|| - target)^2 at points
 * x = a real + (1 - a) fake, with a uniform in [0, 1) for each pair (the stream `penalty`). One-sided, it is
 * WGAN-LP's (arXiv:1709.08894, equation 7): lambda * E max(0, ||grad_x D(x)|| - target)^2.
 *
 * A conditional D is given the real image's label at each point. State (u vectors, running statistics) does not move.
 */
export class GradientPenalty implements Regularizer {
  readonly network = 'discriminator';
  readonly interval: number;
  private readonly weight: number;
  private readonly target: number;
  private readonly oneSided: boolean;

  constructor({ weight = 10, target = 1, oneSided = false, interval = 1 }: GradientPenaltyOptions = {}) {
    this.weight = weight;
    this.target = target;
    this.oneSided = oneSided;
    this.interval = interval;
  }

  draws(): readonly Draw[] {
    return [{ stream: 'penalty', distribution: 'uniform', shape: [] }];
  }

  /** @throws REGULARIZER_BATCH_MISMATCH */
  penalty(step: ObjectiveStep): tf.Scalar {
    const [real, fake] = [step.real.images, step.fake.images];
    if (`${real.shape}` !== `${fake.shape}`) {
      throw new GanymedeError(
        'REGULARIZER_BATCH_MISMATCH',
        `regularizer gradient-penalty: expected real and fake images of one shape, got [${real.shape.join(', ')}] ` +
          `and [${fake.shape.join(', ')}]`,
        { kind: 'failed' },
      );
    }
    return tf.tidy(() => {
      const a = step.draw('penalty').reshape([-1, 1, 1, 1]); // [B, 1, 1, 1]
      const points = fake.add(real.sub(fake).mul(a)) as tf.Tensor4D; // [B, H, W, C]
      const squares = squaredNorms(step.real.inputGradientAt(points)); // [B]
      return slopePenalty(squares, this.target, this.oneSided).mul(this.weight) as tf.Scalar;
    });
  }
}

export const gradientPenalty = defineComponent({
  slot: 'regularizer',
  id: 'gradient-penalty',
  summary: 'WGAN-GP: gradients of norm 1 between real and fake images.',
  cites: ['arXiv:1704.00028', 'arXiv:1709.08894'],
  options: z.strictObject({
    weight: z.number().positive().default(10).describe('Factor on the mean squared deviation.'),
    target: z.number().min(0).default(1).describe('The norm that gradients are pulled to.'),
    oneSided: z.boolean().default(false).describe('Leave norms below the target alone (WGAN-LP).'),
    interval: z.int().positive().default(1).describe('Discriminator steps from one penalty to the next.'),
  }),
  create: (options) => new GradientPenalty(options),
});
