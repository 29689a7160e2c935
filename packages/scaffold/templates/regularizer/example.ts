import { defineComponent, type ObjectiveStep, type Regularizer } from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/** strength * mean over all weights of G of their squares. */
export class Example implements Regularizer {
  readonly network = 'generator';
  readonly ofWeights = true;

  /** @param interval - steps of G between two penalties; 1: at each, with the loss */
  constructor(
    private readonly strength: number,
    readonly interval: number,
  ) {}

  penalty({ weights }: ObjectiveStep): tf.Scalar {
    return tf.tidy(() => {
      const squares = Object.values(weights).map((weight) => tf.mean(tf.square(weight)));
      return tf.mul(tf.addN(squares), this.strength / squares.length) as tf.Scalar;
    });
  }
}

export const example = defineComponent({
  slot: 'regularizer',
  id: 'example',
  summary: "The mean square of G's weights.",
  options: z.strictObject({
    strength: z.number().positive().default(1e-4).describe('factor on the mean square'),
    interval: z.int().positive().default(1).describe('steps between two penalties'),
  }),
  create: ({ strength, interval }) => new Example(strength, interval),
});
