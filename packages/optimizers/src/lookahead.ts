import * as tf from '@tensorflow/tfjs';
import { defineComponent, type NamedVariables, type Optimizer, type OptimizerInstance } from '@ganymede/core';
import { z } from 'zod';
import { around, createInner, innerOption } from './inner-optimizer.js';

/** Of the schema, and of the class where it is made without one. */
const defaults = { every: 5, share: 0.5 };

export interface LookaheadOptions {
  /** Makes the steps. */
  readonly inner: Optimizer;
  /** Steps of the inner optimizer, after which the weights go back part of the way. */
  readonly every?: number;
  /** Of the way that is kept, (0, 1]. */
  readonly share?: number;
}

/**
 * Lookahead (arXiv:1907.08610, algorithm 1): after `every` steps of the inner optimizer the weights go to `share` of the way
 * that these steps went; the inner optimizer keeps its moments. For GANs arXiv:2006.14567 does it to both networks at once:
 * give both the same `every`.
 *
 *     d <- d + (inner step)        every k-th step: w <- w - (1 - share) d, then d <- 0
 *
 * The paper's slow weights are w - d: kept as a distance, they follow weights that are assigned from elsewhere.
 */
export class Lookahead implements Optimizer {
  private readonly inner: Optimizer;
  private readonly every: number;
  private readonly share: number;

  constructor({ inner, every = defaults.every, share = defaults.share }: LookaheadOptions) {
    this.inner = inner;
    this.every = every;
    this.share = share;
  }

  /** Slots: those of the inner optimizer, and `d.<weight>`, starting at zero. */
  create(weights: NamedVariables): OptimizerInstance {
    return around(this.inner, weights, 'd', (step) => {
      const returns = tf.cast(tf.equal(tf.mod(step, this.every), 0), 'float32');
      return (weight, distance, before) => {
        const way = distance.add(weight.sub(before));
        weight.assign(weight.sub(way.mul(returns.mul(1 - this.share))));
        distance.assign(way.mul(tf.sub(1, returns)));
      };
    });
  }
}

export const lookahead = defineComponent({
  slot: 'optimizer',
  id: 'lookahead',
  summary: 'Another optimizer that goes back part of the way every few steps.',
  cites: ['arXiv:1907.08610', 'arXiv:2006.14567'],
  options: z.strictObject({
    inner: innerOption,
    every: z
      .int()
      .min(1)
      .default(defaults.every)
      .describe("Steps after which the weights go back; the same for both networks' optimizers."),
    share: z.number().positive().max(1).default(defaults.share).describe('Of the way that is kept.'),
  }),
  create: ({ inner, ...options }, context) =>
    new Lookahead({ inner: createInner(inner, context), ...options }),
});
