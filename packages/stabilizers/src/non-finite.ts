import { z } from 'zod';
import { defineComponent, type RunView, type Stabilizer } from '@ganymede/core';

type Observation = Awaited<ReturnType<Stabilizer['observe']>>;

/** Learning rates after a rollback, relative to those before. */
const slower = { generator: 0.5, discriminator: 0.5 };

/** Of the schema, and of the class where it is made without one. */
const defaults = { action: 'stop' as const, retries: 3 };

const options = z.strictObject({
  action: z
    .enum(['warn', 'stop', 'rollback'])
    .default(defaults.action)
    .describe('what to do when it happens'),
  retries: z
    .int()
    .min(1)
    .default(defaults.retries)
    .describe('rollbacks of the run before it is stopped instead'),
});

/**
 * Acts when a loss or a gradient norm is no longer finite: every later step would only spread the NaN through weights,
 * moments and the moving average, and the last checkpoint is the best that there will be. A rollback goes on from it with
 * half the learning rates and other draws; after `retries` of them the run is stopped.
 */
export class NonFinite implements Stabilizer {
  readonly interval = 1;
  readonly state = null;

  constructor(
    private readonly action: z.output<typeof options>['action'] = defaults.action,
    private readonly retries = defaults.retries,
  ) {}

  observe({
    step,
    scalars,
    rollbacks,
  }: Pick<RunView, 'step' | 'scalars' | 'rollbacks'>): Promise<Observation> {
    const found = Object.entries(scalars).filter(([, value]) => !Number.isFinite(value));
    if (found.length === 0) return Promise.resolve({ action: { kind: 'continue' } });
    const names = found.map(([name, value]) => `${name} is ${value}`).join(', ');
    const evidence = `step ${step}: ${names}`;
    const event = { nonFinite: found.map(([name]) => name) };
    if (this.action === 'rollback' && rollbacks < this.retries) {
      const change = { learningRates: slower, newRandomness: true };
      return Promise.resolve({ action: { kind: 'rollback', evidence, to: step - 1, change }, event });
    }
    const kind = this.action === 'warn' ? 'warn' : 'stop';
    return Promise.resolve({ action: { kind, evidence }, event });
  }

  /** Nothing is kept between steps. */
  restore(): void {}
}

export const nonFinite = defineComponent({
  slot: 'stabilizer',
  id: 'non-finite',
  summary: 'Acts when a loss or a gradient norm is NaN or infinite.',
  options,
  create: ({ action, retries }) => new NonFinite(action, retries),
});
