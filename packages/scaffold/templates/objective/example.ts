import { defineComponent, type Objective, type ObjectiveInstance, type ObjectiveStep } from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/** Keeps D's outputs near zero: adds strength * mean(D(x)^2) to D's loss. */
export class Example implements Objective {
  constructor(private readonly strength: number) {}

  create(): ObjectiveInstance {
    const { strength } = this;
    return {
      discriminator: ({ real }: ObjectiveStep) => ({
        example: tf.tidy(() => tf.mul(tf.mean(tf.square(real.logits)), strength) as tf.Scalar),
      }),
    };
  }
}

export const example = defineComponent({
  slot: 'objective',
  id: 'example',
  summary: "Keeps D's outputs near zero.",
  options: z.strictObject({
    strength: z.number().positive().default(1e-3).describe('factor on the mean square of the logits'),
  }),
  create: ({ strength }) => new Example(strength),
});
