import * as tf from '@tensorflow/tfjs';
import { defineComponent, type NamedVariables, type Optimizer, type OptimizerInstance } from '@ganymede/core';
import { z } from 'zod';
import { createInner, innerOption } from './inner-optimizer.js';
import { createSlots, variableOf } from './slots.js';

/**
 * Optimistic steps: extragradient by extrapolation from the past (arXiv:1802.10551; arXiv:1711.00141, algorithm 1, which
 * is this around Adam). With u the inner optimizer's step at the gradient,
 *
 *     w <- w + 2 u_t - u_(t-1)        u_0 = 0
 *
 * The weights are the extrapolated ones, w' = v + u_(t-1) of the paper's own v: the step goes back to v, makes the step, and
 * looks ahead by the same once more. Extragradient itself takes a second gradient of both networks for each step; this one
 * takes the last one for it. In a game the inner steps alone turn around, these go inwards. Both networks do it.
 */
export class Optimistic implements Optimizer {
  /** @param inner - makes the steps */
  constructor(private readonly inner: Optimizer) {}

  /** Slots: those of the inner optimizer, and `ahead.<weight>`, its last step, starting at zero. */
  create(weights: NamedVariables): OptimizerInstance {
    const inner = this.inner.create(weights);
    const last = createSlots(['ahead'], weights);
    return {
      ...inner,
      state: { ...inner.state, ...last },
      apply: (current, gradients, learningRate, step) =>
        tf.tidy(() => {
          const before = Object.keys(gradients).map(
            (name) => [name, tf.clone(variableOf(current, name))] as const,
          );
          inner.apply(current, gradients, learningRate, step);
          for (const [name, from] of before)
            lookAhead(variableOf(current, name), variableOf(last, `ahead.${name}`), from);
        }),
      dispose: () => {
        inner.dispose();
        tf.dispose(last);
      },
    };
  }
}

function lookAhead(weight: tf.Variable, last: tf.Variable, from: tf.Tensor): void {
  tf.tidy(() => {
    const made = weight.sub(from);
    weight.assign(weight.add(made).sub(last));
    last.assign(made);
  });
}

export const optimistic = defineComponent({
  slot: 'optimizer',
  id: 'optimistic',
  summary:
    'Another optimizer whose steps look ahead by its last one: extragradient for the price of one gradient.',
  cites: ['arXiv:1802.10551', 'arXiv:1711.00141'],
  options: z.strictObject({ inner: innerOption }),
  create: ({ inner }, context) => new Optimistic(createInner(inner, context)),
});
