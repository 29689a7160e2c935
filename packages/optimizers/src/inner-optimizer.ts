import * as tf from '@tensorflow/tfjs';
import type { ComponentContext, NamedVariables, Optimizer, OptimizerInstance } from '@ganymede/core';
import { z } from 'zod';
import { adaBelief } from './adabelief.js';
import { adam } from './adam.js';
import { lion } from './lion.js';
import { sgd } from './sgd.js';
import { createSlots, variableOf } from './slots.js';

const inners = [adam, sgd, lion, adaBelief] as const;

/** The optimizer inside of another one. */
export const innerOption = z
  .discriminatedUnion('use', [
    z.strictObject({ use: z.literal('adam'), ...adam.options.shape }),
    z.strictObject({ use: z.literal('sgd'), ...sgd.options.shape }),
    z.strictObject({ use: z.literal('lion'), ...lion.options.shape }),
    z.strictObject({ use: z.literal('adabelief'), ...adaBelief.options.shape }),
  ])
  .prefault({ use: 'adam' })
  .describe('Makes the steps: adam, sgd, lion or adabelief with its options.');

export function createInner(
  { use, ...chosen }: z.output<typeof innerOption>,
  context: ComponentContext,
): Optimizer {
  return inners.find(({ id }) => id === use)!.create(chosen as never, context);
}

/** What is made of a weight after the inner step: with its slot, and the weight before that step. */
type AfterInner = (weight: tf.Variable, slot: tf.Variable, before: tf.Tensor) => void;

/**
 * An instance that does something to every weight after the inner optimizer's step. Slots: those of the inner optimizer, and
 * `<slot>.<weight>`, starting at zero.
 * @param afterInner - made once in a step, of that step's number from 1, and called for each weight that had a gradient
 */
export function around(
  inner: Optimizer,
  weights: NamedVariables,
  slot: string,
  afterInner: (step: tf.Scalar) => AfterInner,
): OptimizerInstance {
  const instance = inner.create(weights);
  const slots = createSlots([slot], weights);
  return {
    ...instance,
    state: { ...instance.state, ...slots },
    apply: (current, gradients, learningRate, step) =>
      tf.tidy(() => {
        const before = Object.keys(gradients).map(
          (name) => [name, tf.clone(variableOf(current, name))] as const,
        );
        instance.apply(current, gradients, learningRate, step);
        const change = afterInner(step);
        for (const [name, from] of before)
          tf.tidy(() => change(variableOf(current, name), variableOf(slots, `${slot}.${name}`), from));
      }),
    dispose: () => {
      instance.dispose();
      tf.dispose(slots);
    },
  };
}
