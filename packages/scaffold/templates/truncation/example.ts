import { defineComponent, type RandomStream, type Truncation } from '@ganymede/core';
import { z } from 'zod';

/** Normal latents, squeezed smoothly into (-threshold, threshold): threshold * tanh(z / threshold). */
export class Example implements Truncation {
  readonly convention = 'example';

  constructor(private readonly threshold: number) {}

  sample(count: number, size: number, random: RandomStream): Float32Array {
    const { threshold } = this;
    return random.normals(count * size).map((value) => threshold * Math.tanh(value / threshold)); // [count, size]
  }
}

export const example = defineComponent({
  slot: 'truncation',
  id: 'example',
  summary: 'Normal latents, squeezed smoothly below a threshold.',
  options: z.strictObject({ threshold: z.number().positive().default(1).describe('no value beyond it') }),
  create: ({ threshold }) => new Example(threshold),
});
