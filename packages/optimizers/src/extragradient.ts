import * as tf from '@tensorflow/tfjs';
import { defineComponent, type NamedVariables, type Optimizer, type OptimizerInstance } from '@ganymede/core';
import { z } from 'zod';
import { around, createInner, innerOption } from './inner-optimizer.js';

/** One to look ahead, and one to move. */
const gradientsPerMove = 2;

/**
 * Extragradient (arXiv:1802.10551, algorithm 2; around Adam its algorithm 4, as in extragradient.py of
 * GauthierGidel/Variational-Inequality-GAN). With u the inner optimizer's step at the gradient, updates come in pairs:
 *
 *     w' = w + u_t                the gradient is at w
 *     w  <- w + u_(t+1)           the gradient is at w'
 *
 * The inner optimizer takes both gradients into its moments, as the authors' does. What was looked ahead is kept as a
 * distance and not as a copy of w, so that weights that are assigned from elsewhere in between are followed.
 */
export class Extragradient implements Optimizer {
  /** @param inner - makes the steps */
  constructor(private readonly inner: Optimizer) {}

  /** Slots: those of the inner optimizer, and `ahead.<weight>`, which is zero after every second update. */
  create(weights: NamedVariables): OptimizerInstance {
    const instance = around(this.inner, weights, 'ahead', (update) => {
      const looks = tf.cast(tf.notEqual(tf.mod(update, gradientsPerMove), 0), 'float32');
      return (weight, ahead, before) => {
        const made = weight.sub(before);
        weight.assign(weight.sub(ahead));
        ahead.assign(made.mul(looks));
      };
    });
    return { ...instance, gradientsPerMove };
  }
}

export const extragradient = defineComponent({
  slot: 'optimizer',
  id: 'extragradient',
  summary:
    'Another optimizer that looks ahead with every first of two gradients, and moves with the second from where it was.',
  cites: ['arXiv:1802.10551'],
  options: z.strictObject({ inner: innerOption }),
  create: ({ inner }, context) => new Extragradient(createInner(inner, context)),
});
