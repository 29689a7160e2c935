import { defineComponent, type Prior, type RandomStream } from '@ganymede/core';
import { z } from 'zod';

/** Laplace latents: sharper around zero than the normal ones, with longer tails. */
export class Example implements Prior {
  /** @param scale - standard deviation / sqrt(2) */
  constructor(private readonly scale: number) {}

  /** By the inverse of the distribution function. */
  sample(count: number, size: number, random: RandomStream): Float32Array {
    return random.uniforms(count * size).map((u) => {
      const centred = Math.max(u, 2 ** -24) - 0.5;
      return -this.scale * Math.sign(centred) * Math.log(1 - 2 * Math.abs(centred));
    }); // [count, size]
  }
}

export const example = defineComponent({
  slot: 'prior',
  id: 'example',
  summary: 'Laplace latents.',
  options: z.strictObject({ scale: z.number().positive().default(0.7).describe('of the distribution') }),
  create: ({ scale }) => new Example(scale),
});
