import { defineComponent, type Augmentation, type RandomStream } from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

/** Adds a brightness to every image that D sees, real or fake: uniform in [-strength, strength]. */
export class Example implements Augmentation {
  constructor(private readonly strength: number) {}

  draw(count: number, random: RandomStream): { values: Float32Array; width: number } {
    return { values: random.uniforms(count).map((u) => this.strength * (2 * u - 1)), width: 1 };
  }

  /** @param images - [B, H, W, C]; drawn - [B, 1] */
  apply(images: tf.Tensor4D, drawn: tf.Tensor2D): tf.Tensor4D {
    return tf.tidy(() => tf.add(images, tf.reshape(drawn, [-1, 1, 1, 1])) as tf.Tensor4D);
  }
}

export const example = defineComponent({
  slot: 'augmentation',
  id: 'example',
  summary: 'Images become brighter or darker.',
  options: z.strictObject({
    strength: z.number().positive().default(0.2).describe('largest change, of values in [-1, 1]'),
  }),
  create: ({ strength }) => new Example(strength),
});
