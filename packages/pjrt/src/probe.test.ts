import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plugins } from '../testing/plugins.js';
import { probePlugin } from './index.js';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'probe-test-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** A program in place of the one that loads the plugin. */
function program(text: string): string {
  const file = join(folder, 'program.cjs');
  writeFileSync(file, text);
  return file;
}

test.each(plugins)('%s says its version and its devices', async (name, load) => {
  const { file } = load();
  const apiVersion = name.startsWith('xla') ? '0.81' : '0.115';
  expect(await probePlugin(file)).toEqual({
    apiVersion,
    version: expect.stringMatching(/./),
    devices: [0, 1, 2, 3].map(() => ({ kind: 'cpu', memory: null })),
    refusal: null,
  });
  expect(await probePlugin(file, { open: false })).toMatchObject({
    apiVersion,
    version: null,
    refusal: null,
  });
});

test('what is no plugin is refused in its own words', async () => {
  const file = join(folder, 'empty.so');
  writeFileSync(file, '');
  expect(await probePlugin(file)).toEqual({
    apiVersion: null,
    version: null,
    devices: [],
    refusal: { code: 'PLUGIN_NOT_LOADED', message: expect.stringContaining('file too short') },
  });
});

test('one that ends its process, and one that never answers, do no harm', async () => {
  const aborts = program(
    "process.send({ apiVersion: '0.99' }, () => { console.error('Check failed: no device\\n    @ 0x7f'); process.abort(); });",
  );
  expect(await probePlugin('any.so', { program: aborts })).toEqual({
    apiVersion: '0.99',
    version: null,
    devices: [],
    refusal: { code: 'PLUGIN_DIED', message: 'it ended the process (SIGABRT): Check failed: no device' },
  });
  const hangs = program('setInterval(() => undefined, 1000);');
  expect((await probePlugin('any.so', { program: hangs, limitMs: 300 })).refusal).toEqual({
    code: 'PLUGIN_DIED',
    message: 'no answer in 0.3 s',
  });
});
