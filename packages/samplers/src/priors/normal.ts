import { defineComponent, type Prior, type RandomStream } from '@ganymede/core';
import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { normalLogDensity } from '../normal-log-density.js';

/** z ~ N(0, I): the prior that truncations start from. */
export class NormalPrior implements Prior {
  sample(count: number, size: number, random: RandomStream): Float32Array {
    return random.normals(count * size); // [count, size]
  }

  logDensity(z: tf.Tensor2D): tf.Tensor1D {
    return normalLogDensity(z, 1);
  }
}

export const normal = defineComponent({
  slot: 'prior',
  id: 'normal',
  summary: 'Standard normal latents.',
  cites: ['arXiv:1809.11096'],
  options: z.strictObject({}),
  create: () => new NormalPrior(),
});
