import { defineComponent, type Schedule } from '@ganymede/core';
import { z } from 'zod';

/** 1 / sqrt(1 + step / halfLife). */
export class Example implements Schedule {
  constructor(private readonly halfLife: number) {}

  factor(step: number): number {
    return 1 / Math.sqrt(1 + step / this.halfLife);
  }
}

export const example = defineComponent({
  slot: 'schedule',
  id: 'example',
  summary: 'The learning rate falls with the root of the steps.',
  options: z.strictObject({ halfLife: z.int().positive().default(10_000).describe('generator steps') }),
  create: ({ halfLife }) => new Example(halfLife),
});
