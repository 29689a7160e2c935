import { defineComponent, type RandomStream, type Truncation } from '@ganymede/core';
import { z } from 'zod';
import { checkThreshold } from './threshold.js';
import { truncatedNormal } from './truncated-normal.js';

/**
 * The paper's truncation trick (arXiv:1809.11096, section 3.1): components of z ~ N(0, I) whose magnitude is above the
 * threshold are drawn again until they fall below it. The result lies in [-threshold, threshold], is not rescaled, and
 * goes to N(0, I) as the threshold grows. PyTorch-StudioGAN's `truncation_factor` means this.
 */
export class ResampleTruncation implements Truncation {
  readonly convention = 'resample';

  /** @param threshold - largest magnitude of a component, in standard deviations of the prior */
  constructor(readonly threshold: number) {
    checkThreshold(this.convention, threshold);
  }

  sample(count: number, size: number, random: RandomStream): Float32Array {
    return Float32Array.from({ length: count * size }, () => truncatedNormal(this.threshold, random)); // [count, size]
  }
}

export const resample = defineComponent({
  slot: 'truncation',
  id: 'resample',
  summary: 'The paper’s truncation: components beyond the threshold are drawn again.',
  cites: ['arXiv:1809.11096', 'github:POSTECH-CVLab/PyTorch-StudioGAN'],
  options: z.strictObject({
    threshold: z.number().positive().default(0.5).describe('Largest magnitude of a component.'),
  }),
  create: ({ threshold }) => new ResampleTruncation(threshold),
});
