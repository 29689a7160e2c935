import { defineComponent, type Schedule } from '@ganymede/core';
import { z } from 'zod';
import { warmup } from './warmup.js';

/** Of the schema, and of the class where it is made without one. */
const defaults = { warmupSteps: 0, decayStart: 0, decayEnd: null, final: 0 };

const options = z
  .strictObject({
    warmupSteps: z
      .int()
      .min(0)
      .default(defaults.warmupSteps)
      .describe('Steps over which the rate grows to its full value.'),
    decayStart: z.int().min(0).default(defaults.decayStart).describe('Step at which the decay begins.'),
    decayEnd: z
      .int()
      .positive()
      .nullable()
      .default(defaults.decayEnd)
      .describe('Step at which it ends; null: no decay.'),
    final: z
      .number()
      .min(0)
      .max(1)
      .default(defaults.final)
      .describe('Factor at the end of the decay and after it.'),
  })
  .refine(({ decayStart, decayEnd }) => decayEnd === null || decayEnd > decayStart, {
    message: 'expected decayEnd to be greater than decayStart',
    path: ['decayEnd'],
  });
export type LinearScheduleOptions = z.input<typeof options>;

/**
 * Linear warm-up, a plateau at 1, linear decay to `final`:
 *
 *     factor(t) = min(1, (t + 1) / warmupSteps) * (1 - (1 - final) * clamp((t - decayStart) / (decayEnd - decayStart)))
 */
export class LinearSchedule implements Schedule {
  private readonly warmupSteps: number;
  private readonly decayStart: number;
  private readonly decayEnd: number | null;
  private readonly final: number;

  constructor({
    warmupSteps = defaults.warmupSteps,
    decayStart = defaults.decayStart,
    decayEnd = defaults.decayEnd,
    final = defaults.final,
  }: LinearScheduleOptions = {}) {
    this.warmupSteps = warmupSteps;
    this.decayStart = decayStart;
    this.decayEnd = decayEnd;
    this.final = final;
  }

  factor(step: number): number {
    const { warmupSteps, decayStart, decayEnd, final } = this;
    if (decayEnd === null || step <= decayStart) return warmup(step, warmupSteps);
    const progress = step >= decayEnd ? 1 : (step - decayStart) / (decayEnd - decayStart);
    return warmup(step, warmupSteps) * (1 - (1 - final) * progress);
  }
}

export const linear = defineComponent({
  slot: 'schedule',
  id: 'linear',
  summary: 'Linear warm-up, a plateau, linear decay.',
  options,
  create: (given) => new LinearSchedule(given),
});
