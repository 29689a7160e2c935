import { defineComponent, type NamedVariables, type Optimizer, type OptimizerInstance } from '@ganymede/core';
import { z } from 'zod';
import { around, createInner, innerOption } from './inner-optimizer.js';

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
    return around(this.inner, weights, 'ahead', () => (weight, last, before) => {
      const made = weight.sub(before);
      weight.assign(weight.add(made).sub(last));
      last.assign(made);
    });
  }
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
