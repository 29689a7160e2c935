import { defineComponent, type Schedule } from '@ganymede/core';
import { z } from 'zod';

/** Of the schema, and of the class where it is made without one. */
const defaults = { gamma: 0.1 };

const options = z.strictObject({
  milestones: z.array(z.int().positive()).default([]).describe('Steps at which the rate drops.'),
  gamma: z.number().positive().default(defaults.gamma).describe('Factor at each of them.'),
});

/** factor(t) = gamma ^ (number of milestones at or before t). */
export class StepSchedule implements Schedule {
  /**
   * @param milestones - steps at which the rate drops, in any order
   * @param gamma - factor at each of them
   */
  constructor(
    private readonly milestones: readonly number[],
    private readonly gamma = defaults.gamma,
  ) {}

  factor(step: number): number {
    return this.gamma ** this.milestones.filter((milestone) => step >= milestone).length;
  }
}

export const step = defineComponent({
  slot: 'schedule',
  id: 'step',
  summary: 'The learning rate drops by a factor at given steps.',
  options,
  create: ({ milestones, gamma }) => new StepSchedule(milestones, gamma),
});
