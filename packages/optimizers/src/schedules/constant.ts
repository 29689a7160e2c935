import { defineComponent, type Schedule } from '@ganymede/core';
import { z } from 'zod';

/** factor = 1 at every step: BigGAN's schedule. */
export class ConstantSchedule implements Schedule {
  factor(): number {
    return 1;
  }
}

export const constant = defineComponent({
  slot: 'schedule',
  id: 'constant',
  summary: 'The learning rate stays as it is.',
  options: z.strictObject({}),
  create: () => new ConstantSchedule(),
});
