import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContainer } from '../../container.js';
import { presets, configJsonSchema, componentKeys, runConfigSchema } from '@ganymede/config';

const committed = join(__dirname, '../../../../../docs/config.schema.json');

test('docs/config.schema.json is what the components say; else: npm run docs', async () => {
  const schema = configJsonSchema(await createContainer());
  expect(JSON.parse(readFileSync(committed, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
});

test('every component of every slot is in it, with its options, by its id', async () => {
  const container = await createContainer();
  const schema = configJsonSchema(container) as {
    properties: Record<string, object>;
    $defs: Record<string, { anyOf: { enum?: string[]; properties?: Record<string, { const?: string }> }[] }>;
  };
  for (const { slot } of Object.values(componentKeys)) {
    const [ids, ...forms] = schema.$defs[slot]!.anyOf;
    expect(ids!.enum).toEqual([...(slot === 'backend' ? ['auto'] : []), ...container.ids(slot)]);
    expect(forms.map(({ properties }) => properties!['use']!.const)).toEqual(ids!.enum);
  }
  const adam = schema.$defs['optimizer']!.anyOf.find(
    ({ properties }) => properties?.['use']?.const === 'adam',
  );
  expect(adam!.properties).toMatchObject({ beta1: { minimum: 0, exclusiveMaximum: 1, default: 0 } });
  expect(Object.keys(schema.properties).sort()).toEqual(
    ['$schema', ...Object.keys(runConfigSchema.shape)].sort(),
  );
  expect(schema.properties['preset']).toMatchObject({
    anyOf: presets.map(({ id }) => expect.objectContaining({ const: id })),
  });
});

test('every key is described', () => {
  const undescribed = Object.entries(runConfigSchema.shape).filter(([, schema]) => !schema.description);
  expect(undescribed.map(([key]) => key)).toEqual([]);
});
