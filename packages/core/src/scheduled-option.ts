import { z } from 'zod';
import { curves, stretchDefaults, units } from './scheduled.js';

/**
 * The option of a component, or the key of a config, whose number may follow a schedule: a number alone, or
 * `{ from, to, over, start, curve, unit }`.
 * @param number - what each of its values must be
 */
export function scheduled<T extends z.ZodNumber>(
  number: T,
): z.ZodUnion<[T, z.ZodObject<Record<'from' | 'to', T> & typeof stretch>]> {
  return z.union([number, z.strictObject({ from: number, to: number, ...stretch })]);
}

const stretch = {
  over: z.int().positive().describe('steps, or images, until `to` is reached'),
  start: z.int().min(0).default(stretchDefaults.start).describe('step, or image, up to which it is `from`'),
  curve: z.enum(curves).default(stretchDefaults.curve).describe('how it gets there'),
  unit: z
    .enum(units)
    .default(stretchDefaults.unit)
    .describe('what `over` and `start` count: generator steps, or real images that D is shown'),
};
