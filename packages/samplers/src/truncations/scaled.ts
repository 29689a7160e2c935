import { defineComponent, type RandomStream, type Truncation } from '@ganymede/core';
import { z } from 'zod';
import { checkThreshold } from './threshold.js';
import { truncatedNormal } from './truncated-normal.js';

/** Where the released models cut the normal before scaling it. */
const bound = 2;

/**
 * The released models' truncation: z = threshold * truncnorm(-2, 2), so that components lie in
 * [-2 threshold, 2 threshold]. At a threshold of 1 this is a normal cut at 2, not N(0, I). TF-Hub's BigGAN and
 * pytorch-pretrained-BigGAN call the factor `truncation`.
 */
export class ScaledTruncation implements Truncation {
  readonly convention = 'scaled';

  /** @param threshold - factor on a standard normal cut at magnitude 2 */
  constructor(readonly threshold: number) {
    checkThreshold(this.convention, threshold);
  }

  sample(count: number, size: number, random: RandomStream): Float32Array {
    const draw = (): number => this.threshold * truncatedNormal(bound, random);
    return Float32Array.from({ length: count * size }, draw); // [count, size]
  }
}

export const scaled = defineComponent({
  slot: 'truncation',
  id: 'scaled',
  summary: 'The released models’ truncation: a normal cut at 2, times the threshold.',
  cites: ['github:huggingface/pytorch-pretrained-BigGAN'],
  options: z.strictObject({
    threshold: z.number().positive().default(0.5).describe('Factor on a standard normal cut at magnitude 2.'),
  }),
  create: ({ threshold }) => new ScaledTruncation(threshold),
});
