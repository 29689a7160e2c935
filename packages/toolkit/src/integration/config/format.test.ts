import { parse } from 'yaml';
import { parseAssignment, formatConfig, type ConfigDocument } from '@ganymede/config';
import { resolveConfig } from '../../operations.js';

test('the YAML names where values come from, and gives the same config again', async () => {
  const loaded = await resolveConfig({
    preset: 'quickstart',
    assignments: ['regularizers=[r1]', 'steps=77'].map(parseAssignment),
  });
  const text = formatConfig(loaded);
  expect(text).toContain('steps: 77 # --set steps=77\n');
  expect(text).toMatch(/resolution: 32 # preset quickstart\n/);
  expect(text).toMatch(/^seed: 0$/m);
  const again = await resolveConfig({ document: parse(text) as ConfigDocument });
  expect(again.config).toEqual(loaded.config);
});
