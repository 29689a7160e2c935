import { defineComponent, type Prior, type RandomStream } from '@ganymede/core';
import { z } from 'zod';

/** z in {0, 1}, each with probability 1/2, component by component (arXiv:1809.11096, appendix E). */
export class BernoulliPrior implements Prior {
  sample(count: number, size: number, random: RandomStream): Float32Array {
    // The top bit: xoshiro's low bits are its weakest.
    return Float32Array.from({ length: count * size }, () => random.nextUint32() >>> 31); // [count, size]
  }
}

export const bernoulli = defineComponent({
  slot: 'prior',
  id: 'bernoulli',
  summary: 'Latents of fair coin flips, 0 or 1.',
  cites: ['arXiv:1809.11096'],
  options: z.strictObject({}),
  create: () => new BernoulliPrior(),
});
