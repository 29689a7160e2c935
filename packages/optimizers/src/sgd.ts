import * as tf from '@tensorflow/tfjs';
import {
  defineComponent,
  GanymedeError,
  type NamedVariables,
  type Optimizer,
  type OptimizerInstance,
} from '@ganymede/core';
import { z } from 'zod';
import { createSlots, variableOf } from './slots.js';

export interface SgdOptions {
  /** Decay of the velocity, [0, 1). */
  readonly momentum?: number;
  /** Looks one velocity ahead (Nesterov); needs a momentum. */
  readonly nesterov?: boolean;
  /** L2 penalty: its product with the weight is added to the gradient. */
  readonly weightDecay?: number;
}

/**
 * Gradient descent with momentum, in PyTorch's form, where the rate scales the velocity and not the gradient:
 *
 *     u <- momentum u + g        w <- w - rate * u        (Nesterov: w - rate * (g + momentum u))
 */
export class Sgd implements Optimizer {
  private readonly momentum: number;
  private readonly nesterov: boolean;
  private readonly weightDecay: number;

  constructor({ momentum = 0, nesterov = false, weightDecay = 0 }: SgdOptions = {}) {
    if (nesterov && momentum === 0) {
      throw new GanymedeError('BAD_OPTION', 'sgd: expected a momentum above 0 for nesterov, got 0', {
        kind: 'usage',
      });
    }
    this.momentum = momentum;
    this.nesterov = nesterov;
    this.weightDecay = weightDecay;
  }

  /** Slots: `u.<weight>`, starting at zero; none without momentum. */
  create(weights: NamedVariables): OptimizerInstance {
    const { momentum, nesterov, weightDecay } = this;
    const state = createSlots(momentum > 0 ? ['u'] : [], weights);
    return {
      state,
      apply(current, gradients, learningRate) {
        for (const [name, raw] of Object.entries(gradients)) {
          tf.tidy(() => {
            const weight = variableOf(current, name);
            const gradient = weightDecay > 0 ? raw.add(weight.mul(weightDecay)) : raw;
            let direction = gradient;
            if (momentum > 0) {
              const slot = variableOf(state, `u.${name}`);
              const velocity = slot.mul(momentum).add(gradient);
              slot.assign(velocity);
              direction = nesterov ? gradient.add(velocity.mul(momentum)) : velocity;
            }
            weight.assign(weight.sub(direction.mul(learningRate)));
          });
        }
      },
      dispose: () => tf.dispose(state),
    };
  }
}

export const sgd = defineComponent({
  slot: 'optimizer',
  id: 'sgd',
  summary: 'Gradient descent, with momentum and its Nesterov form.',
  cites: ['doi:10.1016/0041-5553(64)90137-5'],
  options: z.strictObject({
    momentum: z.number().min(0).lt(1).default(0).describe('Decay of the velocity.'),
    nesterov: z.boolean().default(false).describe('Look one velocity ahead; needs a momentum.'),
    weightDecay: z.number().min(0).default(0).describe('L2 penalty, added to the gradient.'),
  }),
  create: (options) => new Sgd(options),
});
