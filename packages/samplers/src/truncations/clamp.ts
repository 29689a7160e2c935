import { defineComponent, type RandomStream, type Truncation } from '@ganymede/core';
import { z } from 'zod';
import { checkThreshold } from './threshold.js';

/**
 * Clamping: components of z ~ N(0, I) beyond the threshold are moved to it, so that P(|N| > threshold) of them sit at
 * exactly -threshold or threshold: at 0.5 that is 62 %. MMGeneration's BigGAN means this by `truncation`.
 */
export class ClampTruncation implements Truncation {
  readonly convention = 'clamp';

  /** @param threshold - magnitude that components are clamped to */
  constructor(readonly threshold: number) {
    checkThreshold(this.convention, threshold);
  }

  sample(count: number, size: number, random: RandomStream): Float32Array {
    const { threshold } = this;
    return random.normals(count * size).map((value) => Math.max(-threshold, Math.min(threshold, value))); // [count, size]
  }
}

export const clamp = defineComponent({
  slot: 'truncation',
  id: 'clamp',
  summary: 'Components beyond the threshold are moved to it.',
  cites: ['github:open-mmlab/mmgeneration'],
  options: z.strictObject({
    threshold: z.number().positive().default(0.5).describe('Magnitude that components are clamped to.'),
  }),
  create: ({ threshold }) => new ClampTruncation(threshold),
});
