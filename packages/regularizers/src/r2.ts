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
export type R2Options = z.input<typeof options>;

/**
 * R2 (arXiv:1801.04406, equation 10): gamma / 2 * E ||grad_x D(x)||^2 at generated images, which are constants here: the
 * penalty moves D alone.
 *
 * Through the augmentation, lazily every `interval` steps and multiplied by the interval by the trainer, like R1.
 */
export class R2Regularizer implements Regularizer {
  readonly network = 'discriminator';
  readonly interval: number;
  readonly needs: readonly ObjectiveNeed[] = ['gradientAtFake'];
  readonly scheduled: readonly ScheduledNumber[];
  private readonly gamma: ScheduledNumber;

  constructor({ gamma = defaults.gamma, interval = defaults.interval }: R2Options = {}) {
    this.gamma = new ScheduledNumber(gamma);
    this.scheduled = [this.gamma];
    this.interval = interval;
  }

  penalty({ fake }: ObjectiveStep): tf.Scalar {
    return tf.tidy(() => {
      const norms = squaredNorms(fake.inputGradient); // [B]
      return norms.mean().mul(tf.div(this.gamma.value, 2)) as tf.Scalar;
    });
  }
}

export const r2 = defineComponent({
  slot: 'regularizer',
  id: 'r2',
  summary: 'The squared gradient of the discriminator at generated images.',
  cites: ['arXiv:1801.04406'],
  options,
  create: (given) => new R2Regularizer(given),
});
