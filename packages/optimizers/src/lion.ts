import * as tf from '@tensorflow/tfjs';
import { defineComponent, type NamedVariables, type Optimizer, type OptimizerInstance } from '@ganymede/core';
import { z } from 'zod';
import { elementwise } from './elementwise.js';

/** Of the schema, and of the class where it is made without one. */
const defaults = { beta1: 0.9, beta2: 0.99, weightDecay: 0 };

const options = z.strictObject({
  beta1: z
    .number()
    .min(0)
    .lt(1)
    .default(defaults.beta1)
    .describe('Share of the momentum, against the gradient, in the direction of a step.'),
  beta2: z.number().min(0).lt(1).default(defaults.beta2).describe('Decay of the momentum.'),
  weightDecay: z
    .number()
    .min(0)
    .default(defaults.weightDecay)
    .describe('Decoupled: each step takes the rate times this share off the weight.'),
});
export type LionOptions = z.input<typeof options>;

/**
 * Lion (arXiv:2302.06675, algorithm 2): the sign of a momentum that looks one gradient ahead.
 *
 *     c = beta1 m + (1 - beta1) g
 *     w <- w - rate * (sign(c) + weightDecay w)
 *     m <- beta2 m + (1 - beta2) g
 *
 * Every weight moves by the rate, whatever its gradient's size; a c of zero moves it by nothing.
 */
export class Lion implements Optimizer {
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly weightDecay: number;

  constructor({
    beta1 = defaults.beta1,
    beta2 = defaults.beta2,
    weightDecay = defaults.weightDecay,
  }: LionOptions = {}) {
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.weightDecay = weightDecay;
  }

  /** Slots: `m.<weight>`, starting at zero. */
  create(weights: NamedVariables): OptimizerInstance {
    const { beta1, beta2, weightDecay } = this;
    return elementwise(weights, {
      slots: ['m'],
      scalars: (learningRate) => [learningRate],
      next: (weight, gradient, [m], [rate]) => {
        const direction = tf.sign(m!.mul(beta1).add(gradient.mul(1 - beta1)));
        const pull = weightDecay > 0 ? direction.add(weight.mul(weightDecay)) : direction;
        return [weight.sub(pull.mul(rate!)), m!.mul(beta2).add(gradient.mul(1 - beta2))];
      },
    });
  }
}

export const lion = defineComponent({
  slot: 'optimizer',
  id: 'lion',
  summary: 'Steps of one size along the sign of a momentum.',
  cites: ['arXiv:2302.06675'],
  options,
  create: (given) => new Lion(given),
});
