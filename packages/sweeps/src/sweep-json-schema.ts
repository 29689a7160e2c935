import { configJsonSchema, schemaToJson, type JsonSchema } from '@ganymede/config';
import type { Components } from '@ganymede/core';
import { sweepSchema } from './sweep-schema.js';

type ObjectSchema = JsonSchema & { properties: Record<string, JsonSchema> };

/**
 * The JSON schema of a sweep file, for editors: its base is a config or the path of one. `ganymede config schema
 * --sweep` prints it.
 */
export function sweepJsonSchema(container: Components): JsonSchema {
  const { $schema, $defs, title: _, ...config } = configJsonSchema(container);
  const { properties, ...rest } = schemaToJson(sweepSchema) as ObjectSchema;
  const component = (slot: string): JsonSchema => ({ $ref: `#/$defs/${slot}` });
  const described = (given: JsonSchema, schema: JsonSchema): JsonSchema => ({
    description: given['description'],
    ...schema,
  });
  const { anyOf, ...evaluate } = properties['evaluate']! as JsonSchema & { anyOf: ObjectSchema[] };
  const [measured, none] = anyOf as [ObjectSchema, ObjectSchema];
  const { metrics, extractor, reference, truncation } = measured.properties as Record<string, JsonSchema>;
  const truncations = container.ids('truncation');
  return {
    $schema,
    title: 'Ganymede sweep',
    ...rest,
    properties: {
      $schema: { type: 'string', description: 'of this file, for editors' },
      ...properties,
      base: { ...properties['base'], anyOf: [{ type: 'string' }, { $ref: '#/$defs/config' }] },
      evaluate: {
        ...evaluate,
        anyOf: [
          {
            ...measured,
            properties: {
              ...measured.properties,
              metrics: described(metrics!, { type: 'array', items: component('metric') }),
              extractor: described(extractor!, component('featureExtractor')),
              reference: described(reference!, component('dataset')),
              truncation: described(truncation!, { anyOf: [{ enum: truncations }, { type: 'object' }] }),
            },
          },
          none,
        ],
      },
    },
    $defs: { ...($defs as Record<string, JsonSchema>), config },
  };
}
