import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allCommands } from './testing/all-commands.js';
import { runHere } from './testing/run-here.js';

/** They read files of a run, or none, and make no component. */
const withoutComponents = ['backend:install', 'export', 'inspect', 'plugin:new', 'report', 'serve'];

const commands = allCommands();

test('there are commands to look at, and those that are excepted exist', () => {
  const ids = commands.map(([id]) => id);
  expect(ids.length).toBeGreaterThan(20);
  expect(ids).toEqual(expect.arrayContaining(withoutComponents));
});

test.each(commands.filter(([id]) => !withoutComponents.includes(id)))('%s takes --plugin', (_, command) => {
  expect(command.flags['plugin']).toMatchObject({ multiple: true, helpValue: '<name>' });
});

describe('a plugin by its path from here', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ganymede-cli-plugin-')));
  const before = process.cwd();
  beforeAll(() => {
    process.chdir(folder);
    const zod = JSON.stringify(require.resolve('zod'));
    writeFileSync(
      'counting.js',
      `const { z } = require(${zod});
       exports.plugin = { apiVersion: 1, name: 'counting', register: (container) => {
         container.add({ slot: 'metric', id: 'image-count', summary: 'How many images there are.',
           options: z.strictObject({}), create: () => ({}) });
         container.addPreset('counted', { summary: 'Counts images.', config: { preset: 'quickstart', steps: 7 } });
         container.wrapPart({ name: 'trainer', summary: '' }, (trainer) => trainer);
       } };`,
    );
  });
  afterAll(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  });

  test('its components are listed, and are in the schema', async () => {
    const listed = await runHere('components', 'metric', '--plugin', './counting.js');
    expect([listed.code, listed.stdout]).toEqual([0, expect.stringMatching(/^ {2}image-count +How many/m)]);
    const schema = await runHere('config', 'schema', '--plugin', './counting.js');
    expect(schema.stdout).toContain('"metric image-count"');
  });

  test('its presets are listed with its name, and a config starts from them', async () => {
    const listed = await runHere('config', 'presets', '--plugin', './counting.js');
    expect(listed.stdout).toMatch(/^quickstart +Ten classes of plain shapes.*two cores\.$/m);
    expect(listed.stdout).toMatch(/^counted +Counts images\. \(counting\)$/m);
    const words = ['config', 'show', '--plugin', './counting.js', '--preset', 'counted', '--json'];
    expect(JSON.parse((await runHere(...words)).stdout)).toMatchObject({
      config: { preset: 'counted', steps: 7, batchSize: 32, plugins: [join(folder, 'counting.js')] },
      origins: { steps: 'preset counted', batchSize: 'preset quickstart' },
    });
  });

  test('what it does to the parts of a run is listed', async () => {
    const { stdout } = await runHere('components', 'part', '--plugin', './counting.js');
    expect(stdout).toMatch(/^ {2}trainer +Does the steps\. \(wrapped by counting\)$/m);
    expect(stdout).toMatch(/^ {2}evaluator +Measures .*\.$/m);
  });

  test('one that is not there ends every command that loads it, before anything else', async () => {
    for (const words of [['components'], ['config', 'show'], ['backend', 'list']]) {
      const { code, stderr } = await runHere(...words, '--plugin', './nothing.js');
      expect([code, stderr]).toEqual([3, expect.stringContaining('error PLUGIN_NOT_FOUND: plugin ')]);
    }
  });
});
