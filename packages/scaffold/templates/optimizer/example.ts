import {
  defineComponent,
  type NamedTensors,
  type NamedVariables,
  type Optimizer,
  type OptimizerInstance,
} from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/** Gradient descent with momentum: u <- momentum u + g, w <- w - rate u. Slots: `u.<weight>`. */
export class Example implements Optimizer {
  constructor(private readonly momentum: number) {}

  create(weights: NamedVariables): OptimizerInstance {
    const { momentum } = this;
    const state = Object.fromEntries(
      Object.entries(weights).map(([name, weight]) => [
        `u.${name}`,
        tf.tidy(() => tf.variable(tf.zerosLike(weight), false)),
      ]),
    );
    return {
      state,
      apply: (current: NamedVariables, gradients: NamedTensors, learningRate: tf.Scalar) => {
        for (const [name, gradient] of Object.entries(gradients)) {
          tf.tidy(() => {
            const velocity = state[`u.${name}`];
            const weight = current[name];
            if (velocity === undefined || weight === undefined)
              throw new Error(`no weight of the name ${name}`);
            velocity.assign(tf.add(tf.mul(velocity, momentum), gradient));
            weight.assign(tf.sub(weight, tf.mul(velocity, learningRate)));
          });
        }
      },
      dispose: () => tf.dispose(state),
    };
  }
}

export const example = defineComponent({
  slot: 'optimizer',
  id: 'example',
  summary: 'Gradient descent with momentum.',
  options: z.strictObject({
    momentum: z.number().min(0).lt(1).default(0.9).describe('decay of the velocity'),
  }),
  create: ({ momentum }) => new Example(momentum),
});
