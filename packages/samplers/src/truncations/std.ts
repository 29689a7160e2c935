import { defineComponent, type RandomStream, type Truncation } from '@ganymede/core';
import type * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { normalLogDensity } from '../normal-log-density.js';
import { checkThreshold } from './threshold.js';

/**
 * Scaling without a cut: z ~ N(0, threshold^2 I), unbounded. BigGAN-PyTorch's `z_var` and its truncation curves mean
 * this: the value is handed over as a standard deviation, whatever its name says.
 */
export class StdTruncation implements Truncation {
  readonly convention = 'std';

  /** @param threshold - standard deviation */
  constructor(readonly threshold: number) {
    checkThreshold(this.convention, threshold);
  }

  sample(count: number, size: number, random: RandomStream): Float32Array {
    return random.normals(count * size).map((value) => this.threshold * value); // [count, size]
  }

  logDensity(z: tf.Tensor2D): tf.Tensor1D {
    return normalLogDensity(z, this.threshold);
  }
}

export const std = defineComponent({
  slot: 'truncation',
  id: 'std',
  summary: 'Normal latents of the given standard deviation, without a bound.',
  cites: ['github:ajbrock/BigGAN-PyTorch'],
  options: z.strictObject({
    threshold: z.number().positive().default(0.5).describe('Standard deviation of the latents.'),
  }),
  create: ({ threshold }) => new StdTruncation(threshold),
});
