import { z } from 'zod';
import type { Components } from '@ganymede/core';
import { componentKeys, runConfigSchema, type ComponentKey } from './schema.js';

export type JsonSchema = Record<string, unknown>;

/** What zod says of a schema, as a user writes it: keys with a default may be left out. */
export function schemaToJson(schema: z.core.$ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    // Every integer's bounds are those of safe integers, which tells a reader nothing.
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  }) as JsonSchema;
  return rest;
}

/** `{ use, ...options }` of one component, or its id alone. */
function choicesOf(container: Components, key: ComponentKey): readonly JsonSchema[] {
  const { slot } = componentKeys[key];
  const registered = container.list(slot).map(({ definition }) => definition);
  const forms = registered.map(({ id, summary, options }) => {
    const {
      properties = {},
      required = [],
      ...rest
    } = schemaToJson(options) as JsonSchema & {
      properties?: JsonSchema;
      required?: string[];
    };
    return {
      ...rest,
      title: `${slot} ${id}`,
      description: summary,
      properties: { use: { const: id }, ...properties },
      required: ['use', ...required],
    };
  });
  const ids = registered.map(({ id }) => id);
  if (slot !== 'backend') return [{ enum: ids }, ...forms];
  const auto = {
    type: 'object',
    title: 'backend auto',
    properties: { use: { const: 'auto' } },
    required: ['use'],
  };
  return [{ enum: ['auto', ...ids] }, auto, ...forms];
}

/**
 * The JSON schema of a config file, for editors: every key, and the options of every registered component by its
 * `use`. `ganymede config schema` prints it.
 */
export function configJsonSchema(container: Components): JsonSchema {
  const schema = schemaToJson(runConfigSchema) as JsonSchema & { properties: Record<string, JsonSchema> };
  const definitions: Record<string, JsonSchema> = {};
  const properties = { ...schema.properties };
  for (const key of Object.keys(componentKeys) as ComponentKey[]) {
    const { slot, many } = componentKeys[key];
    definitions[slot] = { anyOf: choicesOf(container, key) };
    const reference = { $ref: `#/$defs/${slot}` };
    const { description, default: value } = properties[key]!;
    properties[key] = {
      description,
      default: value,
      ...(many
        ? { type: 'array', items: reference }
        : value === null
          ? { anyOf: [reference, { type: 'null' }] }
          : reference),
    };
  }
  properties['preset'] = {
    ...properties['preset'],
    anyOf: container.presets.map(({ id, summary }) => ({ const: id, description: summary })),
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Ganymede run config',
    type: 'object',
    properties: { $schema: { type: 'string', description: 'of this file, for editors' }, ...properties },
    additionalProperties: false,
    $defs: definitions,
  };
}
