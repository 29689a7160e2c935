import * as tf from '@tensorflow/tfjs';
import { defineComponent, type NamedVariables, type Optimizer, type OptimizerInstance } from '@ganymede/core';
import { z } from 'zod';
import { biasCorrection } from './bias-correction.js';
import { elementwise } from './elementwise.js';

/** Of the schema, and of the class where it is made without one. */
const defaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-16, weightDecay: 0 };

const options = z.strictObject({
  beta1: z.number().min(0).lt(1).default(defaults.beta1).describe("Decay of the gradient's average."),
  beta2: z
    .number()
    .min(0)
    .lt(1)
    .default(defaults.beta2)
    .describe("Decay of the average of the gradient's squared surprise."),
  epsilon: z
    .number()
    .positive()
    .default(defaults.epsilon)
    .describe('Added to that average at every step, and to its root; the paper takes 1e-12 for GANs.'),
  weightDecay: z
    .number()
    .min(0)
    .default(defaults.weightDecay)
    .describe('Decoupled: each step takes the rate times this share off the weight.'),
});
export type AdaBeliefOptions = z.input<typeof options>;

/**
 * AdaBelief (arXiv:2010.07468, algorithm 2): Adam, whose step is short where a gradient is other than its average said.
 *
 *     m <- beta1 m + (1 - beta1) g        s <- beta2 s + (1 - beta2) (g - m)^2 + epsilon
 *     w <- w - rate * (m / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + epsilon)
 *
 * With weight decay w is first multiplied by 1 - rate * weightDecay. With beta1 = 0 there is no surprise, and every step is
 * rate / epsilon times the gradient: take a beta1 above 0.
 */
export class AdaBelief implements Optimizer {
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;
  private readonly weightDecay: number;

  constructor({
    beta1 = defaults.beta1,
    beta2 = defaults.beta2,
    epsilon = defaults.epsilon,
    weightDecay = defaults.weightDecay,
  }: AdaBeliefOptions = {}) {
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.weightDecay = weightDecay;
  }

  /** Slots: `m.<weight>` and `s.<weight>`, starting at zero. */
  create(weights: NamedVariables): OptimizerInstance {
    const { beta1, beta2, epsilon, weightDecay } = this;
    return elementwise(weights, {
      slots: ['m', 's'],
      scalars: (learningRate, step) => [
        learningRate.div(biasCorrection(beta1, step)),
        tf.sqrt(biasCorrection(beta2, step)),
        tf.sub(1, learningRate.mul(weightDecay)),
      ],
      next: (weight, gradient, [m, s], [rate, root, shrink]) => {
        const average = m!.mul(beta1).add(gradient.mul(1 - beta1));
        const surprise = s!
          .mul(beta2)
          .add(tf.square(gradient.sub(average)).mul(1 - beta2))
          .add(epsilon);
        const start = weightDecay > 0 ? weight.mul(shrink!) : weight;
        const move = average.div(surprise.sqrt().div(root!).add(epsilon)).mul(rate!);
        return [start.sub(move), average, surprise];
      },
    });
  }
}

export const adaBelief = defineComponent({
  slot: 'optimizer',
  id: 'adabelief',
  summary: 'Adam with steps that are short where a gradient is a surprise.',
  cites: ['arXiv:2010.07468'],
  options,
  create: (given) => new AdaBelief(given),
});
