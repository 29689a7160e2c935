import { slotNames, type SlotName, type Components } from '@ganymede/core';
import { z } from 'zod';
import { unknownSlot } from './errors.js';

/** One option of a component, for people. */
export interface OptionDescription {
  readonly name: string;
  /** In words: `number`, `one of a, b`, `list of integers`. */
  readonly type: string;
  readonly description: string | null;
  readonly required: boolean;
  /** Absent where the option is required. */
  readonly default?: unknown;
}

export interface ComponentDescription {
  readonly slot: SlotName;
  readonly id: string;
  readonly summary: string;
  readonly cites: readonly string[];
  readonly plugin: string;
  readonly replaced: readonly string[];
  readonly options: readonly OptionDescription[];
}

interface Json {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Json[];
  readonly items?: Json;
  readonly description?: string;
  readonly default?: unknown;
}

function typeInWords({ type, enum: values, const: constant, anyOf, items }: Json): string {
  if (values) return `one of ${values.join(', ')}`;
  if (constant !== undefined) return JSON.stringify(constant);
  if (anyOf) return anyOf.map(typeInWords).join(' or ');
  if (type === 'array') return items === undefined ? 'list' : `list of ${typeInWords(items)}`;
  if (type === 'boolean') return 'true or false';
  return type ?? 'any';
}

/** What is registered in a slot, or in all, with every option and its default. @throws UNKNOWN_SLOT */
export function describeComponents(container: Components, slot?: string): ComponentDescription[] {
  if (slot !== undefined && !slotNames.includes(slot as SlotName)) throw unknownSlot(slot, slotNames);
  return container.list(slot as SlotName | undefined).map(({ definition, plugin, replaced }) => {
    const schema = z.toJSONSchema(definition.options, { io: 'input', unrepresentable: 'any' }) as {
      properties?: Record<string, Json>;
      required?: readonly string[];
    };
    const options = Object.entries(schema.properties ?? {}).map(([name, property]) => ({
      name,
      type: typeInWords(property),
      description: property.description ?? null,
      required: schema.required?.includes(name) ?? false,
      ...('default' in property && { default: property.default }),
    }));
    const { slot: own, id, summary, cites = [] } = definition;
    return { slot: own, id, summary, cites, plugin, replaced, options };
  });
}
