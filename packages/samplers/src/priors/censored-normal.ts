import { defineComponent, type Prior, type RandomStream } from '@ganymede/core';
import { z } from 'zod';

/** z = max(N(0, 1), 0), component by component: sparse latents (arXiv:1809.11096, appendix E). */
export class CensoredNormalPrior implements Prior {
  sample(count: number, size: number, random: RandomStream): Float32Array {
    return random.normals(count * size).map((value) => Math.max(value, 0)); // [count, size]
  }
}

export const censoredNormal = defineComponent({
  slot: 'prior',
  id: 'censored-normal',
  summary: 'Standard normal latents with the negative ones set to 0.',
  cites: ['arXiv:1809.11096'],
  options: z.strictObject({}),
  create: () => new CensoredNormalPrior(),
});
