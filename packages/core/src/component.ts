import { z } from 'zod';
import { GanymedeError } from './errors.js';
import { slotNames, type SlotName, type Slots } from './slots.js';
import type { WeightSource } from './weight-source.js';

/** What a component is told about the run besides its own options. */
export interface ComponentContext {
  /** Folder of the run; null where there is none (sampling in memory, tests). */
  readonly runFolder: string | null;
  /** Milliseconds since 1970; components have no clock of their own. */
  now(): number;
  /** Where weights come from that no package carries; absent where there is none. */
  readonly weights?: WeightSource;
}

/**
 * One concept of the toolkit as a replaceable part. Its options, their defaults and descriptions live in `options`
 * and nowhere else: the config's validation, its JSON schema and the docs all read them here.
 */
export interface ComponentDefinition<S extends SlotName = SlotName, O extends z.ZodObject = z.ZodObject> {
  readonly slot: S;
  /** Kebab-case, unique in its slot. */
  readonly id: string;
  /** One sentence. */
  readonly summary: string;
  /** Where it comes from, e.g. `arXiv:1809.11096`. */
  readonly cites?: readonly string[];
  readonly options: O;
  create(options: z.output<O>, context: ComponentContext): Slots[S];
}

/** Checks a definition and returns it, so that its types are inferred. */
export function defineComponent<S extends SlotName, O extends z.ZodObject>(
  definition: ComponentDefinition<S, O>,
): ComponentDefinition<S, O> {
  const { slot, id, options } = definition;
  if (!slotNames.includes(slot)) {
    throw new GanymedeError(
      'UNKNOWN_SLOT',
      `defineComponent: expected a slot of ${slotNames.join(', ')}, got ${slot}`,
      { kind: 'usage' },
    );
  }
  if (typeof id !== 'string' || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) {
    throw new GanymedeError(
      'BAD_COMPONENT_ID',
      `defineComponent: expected a kebab-case id, got ${JSON.stringify(id)}`,
      { kind: 'failed' },
    );
  }
  if (
    !(options instanceof z.ZodObject) &&
    typeof (options as { safeParse?: unknown })?.safeParse !== 'function'
  ) {
    throw new GanymedeError(
      'BAD_COMPONENT_OPTIONS',
      `${slot} ${id}: expected a zod object for options, got ${typeof options}`,
      { kind: 'failed' },
    );
  }
  if (typeof definition.create !== 'function') {
    throw new GanymedeError(
      'BAD_COMPONENT',
      `${slot} ${id}: expected a create function, got ${typeof definition.create}`,
      { kind: 'failed' },
    );
  }
  return Object.freeze(definition);
}
