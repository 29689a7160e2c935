import { defineComponent, type RandomStream, type Truncation } from '@ganymede/core';
import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { normalLogDensity } from '../normal-log-density.js';

/** No truncation: z ~ N(0, I), what a generator with the normal prior was trained on. */
export class NoTruncation implements Truncation {
  readonly convention = 'none';

  sample(count: number, size: number, random: RandomStream): Float32Array {
    return random.normals(count * size); // [count, size]
  }

  logDensity(z: tf.Tensor2D): tf.Tensor1D {
    return normalLogDensity(z, 1);
  }
}

export const none = defineComponent({
  slot: 'truncation',
  id: 'none',
  summary: 'Standard normal latents, not truncated.',
  cites: ['arXiv:1809.11096'],
  options: z.strictObject({}),
  create: () => new NoTruncation(),
});
