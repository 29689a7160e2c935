import { defineComponent, type Reporter, type TrainingEvent } from '@ganymede/core';
import { z } from 'zod';

/** Writes a line a step to stderr. */
export class Example implements Reporter {
  constructor(private readonly every: number) {}

  report(event: TrainingEvent): void {
    if (event.step % this.every === 0)
      process.stderr.write(`step ${event.step}: G.loss ${String(event['G.loss'])}\n`);
  }

  async close(): Promise<void> {
    // Nothing is kept open.
  }
}

export const example = defineComponent({
  slot: 'reporter',
  id: 'example',
  summary: 'Writes a line a step to stderr.',
  options: z.strictObject({ every: z.int().positive().default(10).describe('generator steps') }),
  create: ({ every }) => new Example(every),
});
