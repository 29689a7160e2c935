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

/** Of the schema, and of the class where it is made without one. */
const defaults = { momentum: 0, nesterov: false, weightDecay: 0 };

const options = z.strictObject({
  momentum: z.number().min(0).lt(1).default(defaults.momentum).describe('Decay of the velocity.'),
  nesterov: z.boolean().default(defaults.nesterov).describe('Look one velocity ahead; needs a momentum.'),
  weightDecay: z.number().min(0).default(defaults.weightDecay).describe('L2 penalty, added to the gradient.'),
});
export type SgdOptions = z.input<typeof options>;

/**
 * Gradient descent with momentum, in PyTorch's form, where the rate scales the velocity and not the gradient:
 *
 *     u <- momentum u + g        w <- w - rate * u        (Nesterov: w - rate * (g + momentum u))
 */
export class Sgd implements Optimizer {
  private readonly momentum: number;
  private readonly nesterov: boolean;
  private readonly weightDecay: number;

  constructor({
    momentum = defaults.momentum,
    nesterov = defaults.nesterov,
    weightDecay = defaults.weightDecay,
  }: SgdOptions = {}) {
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
  options,
  create: (given) => new Sgd(given),
});
