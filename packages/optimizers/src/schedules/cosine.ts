import { defineComponent, type Schedule } from '@ganymede/core';
import { z } from 'zod';
import { warmup } from './warmup.js';

/** Of the schema, and of the class where it is made without one. */
const defaults = { warmupSteps: 0, final: 0 };

const options = z
  .strictObject({
    steps: z.int().positive().describe('Step at which the factor reaches `final`.'),
    warmupSteps: z
      .int()
      .min(0)
      .default(defaults.warmupSteps)
      .describe('Steps of linear warm-up, counted in `steps`.'),
    final: z.number().min(0).max(1).default(defaults.final).describe('Factor at the end and after it.'),
  })
  .refine(({ steps, warmupSteps }) => steps > warmupSteps, {
    message: 'expected steps to be greater than warmupSteps',
    path: ['steps'],
  });
export type CosineScheduleOptions = z.input<typeof options>;

/**
 * Cosine annealing without restarts (arXiv:1608.03983, equation 5), after linear warm-up:
 *
 *     factor(t) = final + (1 - final) * (1 + cos(pi * (t - warmupSteps) / (steps - warmupSteps))) / 2
 */
export class CosineSchedule implements Schedule {
  private readonly steps: number;
  private readonly warmupSteps: number;
  private readonly final: number;

  constructor({ steps, warmupSteps = defaults.warmupSteps, final = defaults.final }: CosineScheduleOptions) {
    this.steps = steps;
    this.warmupSteps = warmupSteps;
    this.final = final;
  }

  factor(step: number): number {
    const { steps, warmupSteps, final } = this;
    if (step < warmupSteps) return warmup(step, warmupSteps);
    if (step >= steps) return final;
    const progress = (step - warmupSteps) / (steps - warmupSteps);
    return final + (1 - final) * 0.5 * (1 + Math.cos(Math.PI * progress));
  }
}

export const cosine = defineComponent({
  slot: 'schedule',
  id: 'cosine',
  summary: 'Linear warm-up, then half a cosine down to the final factor.',
  cites: ['arXiv:1608.03983'],
  options,
  create: (given) => new CosineSchedule(given),
});
