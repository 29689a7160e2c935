import type { ComponentContext, Optimizer } from '@ganymede/core';
import { z } from 'zod';
import { adaBelief } from './adabelief.js';
import { adam } from './adam.js';
import { lion } from './lion.js';
import { sgd } from './sgd.js';

const inners = [adam, sgd, lion, adaBelief] as const;

/** The optimizer inside of another one. */
export const innerOption = z
  .discriminatedUnion('use', [
    z.strictObject({ use: z.literal('adam'), ...adam.options.shape }),
    z.strictObject({ use: z.literal('sgd'), ...sgd.options.shape }),
    z.strictObject({ use: z.literal('lion'), ...lion.options.shape }),
    z.strictObject({ use: z.literal('adabelief'), ...adaBelief.options.shape }),
  ])
  .prefault({ use: 'adam' })
  .describe('Makes the steps: adam, sgd, lion or adabelief with its options.');

export function createInner(
  { use, ...chosen }: z.output<typeof innerOption>,
  context: ComponentContext,
): Optimizer {
  return inners.find(({ id }) => id === use)!.create(chosen as never, context);
}
