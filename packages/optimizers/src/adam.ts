import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  type NamedVariables,
  type Optimizer,
  type OptimizerInstance,
  type Scheduled,
} from '@ganymede/core';
import { ScheduledNumber } from '@ganymede/core/scheduled-number';
import { scheduled } from '@ganymede/core/scheduled-option';
import { z } from 'zod';
import { biasCorrection } from './bias-correction.js';
import { elementwise } from './elementwise.js';

/** Of the schema, and of the class where it is made without one. */
const defaults = { beta1: 0, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, decoupled: false };

const options = z.strictObject({
  beta1: z
    .number()
    .min(0)
    .lt(1)
    .default(defaults.beta1)
    .describe("Decay of the gradient's average; BigGAN uses 0."),
  beta2: scheduled(z.number().min(0).lt(1))
    .default(defaults.beta2)
    .describe("Decay of the squared gradient's average."),
  epsilon: z
    .number()
    .positive()
    .default(defaults.epsilon)
    .describe('Added to the root of the squared average.'),
  weightDecay: z
    .number()
    .min(0)
    .default(defaults.weightDecay)
    .describe('Its product with the weight is added to the gradient, or to the step where decoupled.'),
  decoupled: z
    .boolean()
    .default(defaults.decoupled)
    .describe('Decay weights past the moments, by the rate times `weightDecay` (AdamW).'),
});
export type AdamOptions = z.input<typeof options>;

/**
 * Adam (arXiv:1412.6980, algorithm 1), with PyTorch's meaning of epsilon:
 *
 *     m <- beta1 m + (1 - beta1) g        v <- beta2 v + (1 - beta2) g^2
 *     w <- w - rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * With decoupled weight decay (AdamW, arXiv:1711.05101, algorithm 2, in PyTorch's form) w is first multiplied by
 * 1 - rate * weightDecay.
 *
 * A beta2 on a schedule is that of the step in the update and in its correction, as where PyTorch's `betas` are set
 * before each step.
 *
 * Both corrections are folded into two scalars that all weights share, rate' = rate sqrt(1 - beta2^t) / (1 - beta1^t)
 * and epsilon' = epsilon sqrt(1 - beta2^t), so that the update is w - rate' m / (sqrt(v) + epsilon'). With beta1 = 0,
 * BigGAN's setting, m is the gradient itself and has no slot.
 */
export class Adam implements Optimizer {
  private readonly beta1: number;
  private readonly beta2: Scheduled;
  private readonly epsilon: number;
  private readonly weightDecay: number;
  private readonly decoupled: boolean;

  constructor({
    beta1 = defaults.beta1,
    beta2 = defaults.beta2,
    epsilon = defaults.epsilon,
    weightDecay = defaults.weightDecay,
    decoupled = defaults.decoupled,
  }: AdamOptions = {}) {
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.weightDecay = weightDecay;
    this.decoupled = decoupled;
  }

  /** Slots: `m.<weight>` unless beta1 is 0, and `v.<weight>`; all start at zero. */
  create(weights: NamedVariables): OptimizerInstance {
    const { beta1, epsilon, weightDecay, decoupled } = this;
    const moving = new ScheduledNumber(this.beta2);
    const instance = elementwise(weights, {
      slots: beta1 > 0 ? ['m', 'v'] : ['v'],
      scalars: (learningRate, step) => {
        const beta2 = moving.value;
        const correction = tf.sqrt(biasCorrection(beta2, step));
        return [
          learningRate.mul(correction).div(biasCorrection(beta1, step)),
          correction.mul(epsilon),
          tf.sub(1, learningRate.mul(weightDecay)),
          ...(typeof beta2 === 'number' ? [] : [beta2]),
        ];
      },
      next: (weight, raw, slots, [rate, corrected, shrink, scheduledBeta2]) => {
        const beta2 = scheduledBeta2 ?? (moving.value as number);
        const v = slots.at(-1)!;
        const gradient = weightDecay > 0 && !decoupled ? raw.add(weight.mul(weightDecay)) : raw;
        const nextV = v
          .mul(beta2)
          .add(gradient.square().mul(typeof beta2 === 'number' ? 1 - beta2 : tf.sub(1, beta2)));
        const nextM = beta1 > 0 ? slots[0]!.mul(beta1).add(gradient.mul(1 - beta1)) : gradient;
        const start = weightDecay > 0 && decoupled ? weight.mul(shrink!) : weight;
        const moved = start.sub(nextM.div(nextV.sqrt().add(corrected!)).mul(rate!));
        return beta1 > 0 ? [moved, nextM, nextV] : [moved, nextV];
      },
    });
    return {
      ...instance,
      scheduled: [moving],
      dispose() {
        instance.dispose();
        moving.dispose();
      },
    };
  }
}

export const adam = defineComponent({
  slot: 'optimizer',
  id: 'adam',
  summary: 'Adam with bias correction and PyTorch’s meaning of epsilon.',
  cites: ['arXiv:1412.6980', 'arXiv:1711.05101'],
  options,
  create: (given) => new Adam(given),
});
