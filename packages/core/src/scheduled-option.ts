import { z } from 'zod';
import { curves, stretchDefaults } from './scheduled.js';

/**
 * The option of a component, or the key of a config, whose number may follow a schedule: a number alone, or
 * `{ from, to, over, start, curve }`.
 * @param number - what each of its values must be
 */
export function scheduled<T extends z.ZodNumber>(
  number: T,
): z.ZodUnion<[T, z.ZodObject<Record<'from' | 'to', T> & typeof stretch>]> {
  return z.union([number, z.strictObject({ from: number, to: number, ...stretch })]);
}

const stretch = {
  over: z.int().positive().describe('generator steps until `to` is reached'),
  start: z.int().min(0).default(stretchDefaults.start).describe('generator step up to which it is `from`'),
  curve: z.enum(curves).default(stretchDefaults.curve).describe('how it gets there'),
};
