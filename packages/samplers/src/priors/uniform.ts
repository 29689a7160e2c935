import { defineComponent, type Prior, type RandomStream } from '@ganymede/core';
import { z } from 'zod';

/** z ~ U[-1, 1), component by component (DCGAN's prior; arXiv:1809.11096, appendix E). */
export class UniformPrior implements Prior {
  sample(count: number, size: number, random: RandomStream): Float32Array {
    return random.uniforms(count * size).map((value) => 2 * value - 1); // [count, size]
  }
}

export const uniform = defineComponent({
  slot: 'prior',
  id: 'uniform',
  summary: 'Uniform latents in [-1, 1).',
  cites: ['arXiv:1511.06434', 'arXiv:1809.11096'],
  options: z.strictObject({}),
  create: () => new UniformPrior(),
});
