import type { z } from 'zod';
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

/** Checks a definition and returns it, so that its types are inferred. @throws as `checkComponent` */
export function defineComponent<S extends SlotName, O extends z.ZodObject>(
  definition: ComponentDefinition<S, O>,
): ComponentDefinition<S, O> {
  checkComponent(definition, 'defineComponent');
  return Object.freeze(definition);
}

/**
 * Whether something is a component; what registers components asks it too, since nothing makes a plugin use
 * `defineComponent`.
 * @param where - begins the message
 * @throws UNKNOWN_SLOT, BAD_COMPONENT_ID, BAD_COMPONENT_OPTIONS, BAD_COMPONENT
 */
export function checkComponent(
  definition: unknown,
  where: string,
): asserts definition is ComponentDefinition {
  const { slot, id, summary, options, create } = (definition ?? {}) as Readonly<Record<string, unknown>>;
  if (!slotNames.includes(slot as SlotName)) {
    const got = typeof slot === 'string' ? slot : String(JSON.stringify(slot));
    throw new GanymedeError(
      'UNKNOWN_SLOT',
      `${where}: expected a slot of ${slotNames.join(', ')}, got ${got}`,
      { kind: 'usage' },
    );
  }
  if (typeof id !== 'string' || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) {
    throw new GanymedeError(
      'BAD_COMPONENT_ID',
      `${where}: expected a kebab-case id for a ${String(slot)}, got ${JSON.stringify(id)}`,
      { kind: 'failed' },
    );
  }
  const name = `${where}: ${String(slot)} ${id}`;
  const schema = schemaKind(options);
  if (schema !== 'zod object') {
    throw new GanymedeError(
      'BAD_COMPONENT_OPTIONS',
      `${name}: expected a zod object for options, got ${schema}`,
      {
        kind: 'failed',
        hint: 'Make them with z.strictObject of zod 4; z.strictObject({}) where there are none.',
      },
    );
  }
  if (typeof summary !== 'string' || summary.trim() === '') {
    throw new GanymedeError('BAD_COMPONENT', `${name}: expected a summary, got ${JSON.stringify(summary)}`, {
      kind: 'failed',
    });
  }
  if (typeof create !== 'function') {
    throw new GanymedeError('BAD_COMPONENT', `${name}: expected a create function, got ${typeof create}`, {
      kind: 'failed',
    });
  }
}

/**
 * What a component's options are, in words. They are told by their marks, not by `instanceof`: a plugin may bring a copy
 * of zod of its own, and whoever only wants a loss need not load zod.
 */
function schemaKind(options: unknown): string {
  if (options === null || typeof options !== 'object')
    return String(options === null ? null : typeof options);
  const { _zod, _def } = options as {
    readonly _zod?: { readonly def?: { readonly type?: string } };
    readonly _def?: { readonly typeName?: string };
  };
  const type = _zod?.def?.type;
  if (type !== undefined) return `zod ${type}`;
  if (_def?.typeName !== undefined) return `a schema of zod 3 (${_def.typeName})`;
  return 'an object that is no schema';
}
