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

/** Of the schema, and of the class where it is made without one. */
const defaults = { weight: 10, target: 1, oneSided: false, interval: 1 };

const options = z.strictObject({
  weight: z.number().positive().default(defaults.weight).describe('Factor on the mean squared deviation.'),
  target: z.number().min(0).default(defaults.target).describe('The norm that gradients are pulled to.'),
  oneSided: z.boolean().default(defaults.oneSided).describe('Leave norms below the target alone (WGAN-LP).'),
  interval: z
    .int()
    .positive()
    .default(defaults.interval)
    .describe('Discriminator steps from one penalty to the next.'),
});
export type GradientPenaltyOptions = z.input<typeof options>;

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

  constructor({
    weight = defaults.weight,
    target = defaults.target,
    oneSided = defaults.oneSided,
    interval = defaults.interval,
  }: GradientPenaltyOptions = {}) {
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
  options,
  create: (given) => new GradientPenalty(given),
});
