import type { ComponentDefinition, SlotName, Slots } from '@ganymede/core';
import type { z } from 'zod';

/** What a contract suite examines: a name for the report and a way to make a fresh one for every test. */
export interface Subject<T> {
  readonly name: string;
  create(): T;
}

/**
 * The subject that a component definition makes with the given options; defaults fill the rest, as in a config.
 * @throws ZodError when the options do not fit the component's schema.
 */
export function fromComponent<S extends SlotName, O extends z.ZodObject>(
  definition: ComponentDefinition<S, O>,
  options: z.input<O> | Record<string, never> = {},
): Subject<Slots[S]> {
  const given = Object.keys(options).length > 0 ? ` ${JSON.stringify(options)}` : '';
  return {
    name: `${definition.slot} ${definition.id}${given}`,
    create: () => definition.create(definition.options.parse(options), { runFolder: null, now: () => 0 }),
  };
}
