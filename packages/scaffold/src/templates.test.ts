import { slotNames } from '@ganymede/core';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const templates = join(__dirname, '../templates');

test('there is a template for every slot', () => {
  expect(readdirSync(templates).sort()).toEqual([...slotNames].sort());
});

// What a new plugin's own tests are, run on the templates as they lie here.
describe.each(slotNames.filter((slot) => existsSync(join(templates, slot))))('%s', (slot) => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  require(join(templates, slot, 'contract.ts'));
});
