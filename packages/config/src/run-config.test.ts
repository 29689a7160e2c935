import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readResolvedConfig, readRunDocument } from './run-config.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'run-config-'))));
afterEach(() => rm(folder, { recursive: true }));
const config = (text: string): Promise<void> => writeFile(join(folder, 'config.json'), text);

test.each([
  ['{"steps": "many"}', /config\.json: expected the config of a run, got steps: /],
  ['[]', /config\.json: expected the config of a run, got the file: /],
  ['{', /config\.json: expected JSON, got /],
])('a config that reads %s is damaged, told by file and place', async (text, message) => {
  await config(text);
  await expect(readResolvedConfig(folder)).rejects.toMatchObject({
    code: 'RUN_CONFIG_DAMAGED',
    message: expect.stringMatching(message),
  });
});

test('a document is a mapping', async () => {
  await config('{"steps": 5}');
  expect(await readRunDocument(folder)).toEqual({ steps: 5 });
  await config('[1]');
  await expect(readRunDocument(folder)).rejects.toMatchObject({ code: 'RUN_CONFIG_DAMAGED' });
});
