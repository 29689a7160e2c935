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

export interface R1Options {
  /** gamma: the factor on half the squared norm. */
  readonly gamma?: number;
  readonly interval?: number;
}

/**
 * R1 (arXiv:1801.04406, equation 9): gamma / 2 * E ||grad_x D(x)||^2 at real images.
 *
 * Applied lazily, every `interval` steps (arXiv:1912.04958, section 3.1); the trainer multiplies by the interval, so
 * that gamma means the same whatever the interval. State (u vectors, running statistics) does not move.
 */
export class R1Regularizer implements Regularizer {
  readonly network = 'discriminator';
  readonly interval: number;
  private readonly gamma: number;

  constructor({ gamma = 10, interval = 16 }: R1Options = {}) {
    this.gamma = gamma;
    this.interval = interval;
  }

  penalty(_weights: NamedVariables, step: DiscriminatorStep | null): tf.Scalar {
    const { discriminator, real, realLabels } = requireStep('r1', step);
    return tf.tidy(() => {
      const norms = squaredInputGradients(discriminator, real, realLabels);
      return norms.mean().mul(this.gamma / 2) as tf.Scalar;
    });
  }
}

export const r1 = defineComponent({
  slot: 'regularizer',
  id: 'r1',
  summary: 'The squared gradient of the discriminator at real images.',
  cites: ['arXiv:1801.04406', 'arXiv:1912.04958'],
  options: z.strictObject({
    gamma: z.number().positive().default(10).describe('Factor on half the mean squared norm.'),
    interval: z.int().positive().default(16).describe('Discriminator steps from one penalty to the next.'),
  }),
  create: (options) => new R1Regularizer(options),
});
