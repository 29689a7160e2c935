import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  type DiscriminatorStep,
  type NamedVariables,
  type Regularizer,
} from '@ganymede/core';
import { z } from 'zod';
import { requireStep } from './discriminator-step.js';
import { squaredInputGradients } from './input-gradient.js';

export interface R2Options {
  /** gamma: the factor on half the squared norm. */
  readonly gamma?: number;
  readonly interval?: number;
}

/**
 * R2 (arXiv:1801.04406, equation 10): gamma / 2 * E ||grad_x D(x)||^2 at generated images, which are constants here: the
 * penalty moves D alone.
 *
 * Applied lazily, every `interval` steps, and multiplied by the interval by the trainer, like R1.
 */
export class R2Regularizer implements Regularizer {
  readonly network = 'discriminator';
  readonly interval: number;
  private readonly gamma: number;

  constructor({ gamma = 10, interval = 16 }: R2Options = {}) {
    this.gamma = gamma;
    this.interval = interval;
  }

  penalty(_weights: NamedVariables, step: DiscriminatorStep | null): tf.Scalar {
    const { discriminator, fake, fakeLabels } = requireStep('r2', step);
    return tf.tidy(() => {
      const norms = squaredInputGradients(discriminator, fake, fakeLabels);
      return norms.mean().mul(this.gamma / 2) as tf.Scalar;
    });
  }
}

export const r2 = defineComponent({
  slot: 'regularizer',
  id: 'r2',
  summary: 'The squared gradient of the discriminator at generated images.',
  cites: ['arXiv:1801.04406'],
  options: z.strictObject({
    gamma: z.number().positive().default(10).describe('Factor on half the mean squared norm.'),
    interval: z.int().positive().default(16).describe('Discriminator steps from one penalty to the next.'),
  }),
  create: (options) => new R2Regularizer(options),
});
