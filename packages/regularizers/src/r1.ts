import * as tf from '@tensorflow/tfjs';
import { defineComponent, type ObjectiveNeed, type ObjectiveStep, type Regularizer } from '@ganymede/core';
import { ScheduledNumber } from '@ganymede/core/scheduled-number';
import { scheduled } from '@ganymede/core/scheduled-option';
import { z } from 'zod';
import { squaredNorms } from './squared-norms.js';

/** Of the schema, and of the class where it is made without one. */
const defaults = { gamma: 10, interval: 16 };

const options = z.strictObject({
  gamma: scheduled(z.number().positive())
    .default(defaults.gamma)
    .describe('Factor on half the mean squared norm.'),
  interval: z
    .int()
    .positive()
    .default(defaults.interval)
    .describe('Discriminator steps from one penalty to the next.'),
});
export type R1Options = z.input<typeof options>;

/**
 * R1 (arXiv:1801.04406, equation 9): gamma / 2 * E ||grad_x D(x)||^2 at real images.
 *
 * The gradient goes through the augmentation to the images before it, as in StyleGAN2-ADA and R3GAN. Applied lazily, every
 * `interval` steps (arXiv:1912.04958, section 3.1); the trainer multiplies by the interval, so that gamma means the same
 * whatever the interval. At an interval of 1 the gradient is taken out of the pass of the loss; else a pass of its own
 * moves no state (u vectors, running statistics).
 */
export class R1Regularizer implements Regularizer {
  readonly network = 'discriminator';
  readonly interval: number;
  readonly needs: readonly ObjectiveNeed[] = ['gradientAtReal'];
  readonly scheduled: readonly ScheduledNumber[];
  private readonly gamma: ScheduledNumber;

  constructor({ gamma = defaults.gamma, interval = defaults.interval }: R1Options = {}) {
    this.gamma = new ScheduledNumber(gamma);
    this.scheduled = [this.gamma];
    this.interval = interval;
  }

  penalty({ real }: ObjectiveStep): tf.Scalar {
    return tf.tidy(() => {
      const norms = squaredNorms(real.inputGradient); // [B]
      return norms.mean().mul(tf.div(this.gamma.value, 2)) as tf.Scalar;
    });
  }
}

export const r1 = defineComponent({
  slot: 'regularizer',
  id: 'r1',
  summary: 'The squared gradient of the discriminator at real images.',
  cites: ['arXiv:1801.04406', 'arXiv:1912.04958'],
  options,
  create: (given) => new R1Regularizer(given),
});
