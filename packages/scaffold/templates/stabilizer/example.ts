import { defineComponent, type RunView, type Stabilizer } from '@ganymede/core';
import { z } from 'zod';

/** Warns, once, when the discriminator's loss stays below a bound for as many observations as it is told to wait. */
export class Example implements Stabilizer {
  private below = 0;

  constructor(
    readonly interval: number,
    private readonly bound: number,
    private readonly patience: number,
  ) {}

  async observe({ scalars }: RunView): ReturnType<Stabilizer['observe']> {
    const loss = (scalars['D.lossReal'] ?? 0) + (scalars['D.lossFake'] ?? 0);
    this.below = loss < this.bound ? this.below + 1 : 0;
    const event = { example: { below: this.below } };
    if (this.below !== this.patience) return { action: { kind: 'continue' }, event };
    return {
      action: { kind: 'warn', evidence: `D's loss is below ${this.bound} since ${this.below} observations` },
      event,
    };
  }

  get state(): unknown {
    return { below: this.below };
  }

  restore(state: unknown): void {
    this.below = (state as { below: number }).below;
  }
}

export const example = defineComponent({
  slot: 'stabilizer',
  id: 'example',
  summary: 'Warns when the discriminator wins for too long.',
  options: z.strictObject({
    interval: z.int().positive().default(10).describe('generator steps between observations'),
    bound: z.number().positive().default(0.1).describe('of the loss on real and fake images together'),
    patience: z.int().positive().default(20).describe('observations below the bound before it warns'),
  }),
  create: ({ interval, bound, patience }) => new Example(interval, bound, patience),
});
