import { z } from 'zod';
import { defineComponent, type RunView, type Stabilizer } from '@ganymede/core';

type Observation = Awaited<ReturnType<Stabilizer['observe']>>;

/**
 * Stops a run whose losses or gradient norms are no longer finite: every later step would only spread the NaN
 * through weights, moments and the moving average, and the last checkpoint is the best that there will be.
 */
export class NonFinite implements Stabilizer {
  readonly interval = 1;
  readonly state = null;

  constructor(private readonly action: 'warn' | 'stop' | 'rollback' = 'stop') {}

  observe({ step, scalars }: Pick<RunView, 'step' | 'scalars'>): Promise<Observation> {
    const found = Object.entries(scalars).filter(([, value]) => !Number.isFinite(value));
    if (found.length === 0) return Promise.resolve({ action: { kind: 'continue' } });
    const names = found.map(([name, value]) => `${name} is ${value}`).join(', ');
    return Promise.resolve({
      action: { kind: this.action, evidence: `step ${step}: ${names}` },
      event: { nonFinite: found.map(([name]) => name) },
    });
  }

  /** Nothing is kept between steps. */
  restore(): void {}
}

export const nonFinite = defineComponent({
  slot: 'stabilizer',
  id: 'non-finite',
  summary: 'Acts when a loss or a gradient norm is NaN or infinite.',
  options: z.strictObject({
    action: z.enum(['warn', 'stop', 'rollback']).default('stop').describe('what to do when it happens'),
  }),
  create: ({ action }) => new NonFinite(action),
});
