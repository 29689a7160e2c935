import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContainer } from '../../container.js';
import { sweepJsonSchema, sweepSchema } from '@ganymede/sweeps';

const committed = join(__dirname, '../../../../../docs/sweep.schema.json');

test('docs/sweep.schema.json is what the components say; else: npm run docs', async () => {
  const schema = sweepJsonSchema(await createContainer());
  expect(JSON.parse(readFileSync(committed, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
});

test('every key is described, the base is a config or a path, components come by slot', async () => {
  const schema = sweepJsonSchema(await createContainer()) as {
    properties: Record<string, { description?: string; anyOf?: unknown[] }>;
    $defs: Record<string, { properties: Record<string, unknown> }>;
  };
  const keys = Object.keys(sweepSchema.shape);
  expect(Object.keys(schema.properties).sort()).toEqual(['$schema', ...keys].sort());
  expect(keys.filter((key) => !schema.properties[key]!.description)).toEqual([]);
  expect(schema.properties['base']!.anyOf).toEqual([{ type: 'string' }, { $ref: '#/$defs/config' }]);
  expect(schema.$defs['config']!.properties).toHaveProperty('generator');
  expect(schema.properties['evaluate']!.anyOf![0]).toMatchObject({
    properties: {
      metrics: { type: 'array', items: { $ref: '#/$defs/metric' } },
      extractor: { $ref: '#/$defs/featureExtractor' },
    },
  });
});
