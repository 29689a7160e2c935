import { defineComponent, definePlugin, type Loss } from '@ganymede/core';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { parseAssignment, describeOrigin, originOf, type ConfigSources } from '@ganymede/config';
import { resolveConfig } from '../../operations.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ganymede-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  // Bytes of Latin-1 that are no UTF-8.
  writeFileSync(join(folder, name), text, text.includes('\xff') ? 'latin1' : 'utf8');
  return name;
};
const resolveHere = (sources: ConfigSources) => resolveConfig({ folder, ...sources });
const set = (...texts: string[]) => texts.map(parseAssignment);

test('nothing at all is a config: every key and every option has a value', async () => {
  const { config } = await resolveHere({});
  expect(config).toMatchObject({
    seed: 0,
    data: { use: 'shapes', seed: 0 },
    generator: { use: 'biggan', channels: 96, hierarchical: true },
    loss: { use: 'hinge', margin: 1 },
    generatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.999 },
    learningRates: { generator: 2e-4, discriminator: 2e-4 },
    plugins: [],
  });
  expect(Object.isFrozen(config.generator)).toBe(true);
});

test('defaults < preset < file < flags, and each value knows its layer', async () => {
  const file = write(
    'recipe.yaml',
    'preset: cifar10-small\ndata: shapes\ngenerator: { channels: 20, latentSize: 40 }\nloss: least-squares\n',
  );
  const { config, origins } = await resolveHere({ file, assignments: set('generator.channels=24') });
  const layers = (path: string): string => describeOrigin(originOf(origins, path));
  expect(config.generator).toMatchObject({
    use: 'biggan',
    channels: 24,
    latentSize: 40,
    hierarchical: false,
  });
  expect(config.loss.use).toBe('least-squares');
  expect(layers('generator.channels')).toBe('--set generator.channels=24');
  expect(layers('generator.latentSize')).toBe('recipe.yaml');
  expect(layers('generator.hierarchical')).toBe('preset cifar10-small');
  expect(layers('generator.spectralNorm')).toBe('default');
  expect(layers('seed')).toBe('default');
  expect(layers('stabilizers.0.use')).toBe('preset cifar10-small');
  expect(layers('stabilizers.0.action')).toBe('default');
});

test('averages after training are off, and any key turns them on', async () => {
  expect((await resolveHere({})).config.posthocEma).toBeNull();
  const on = await resolveHere({ assignments: set('posthocEma.every=50') });
  expect(on.config.posthocEma).toEqual({ lengths: [0.05, 0.1], every: 50, precision: 'float16' });
});

test('the example of docs/config.md is a config', async () => {
  const docs = readFileSync(join(__dirname, '../../../../../docs/config.md'), 'utf8');
  const [, example] = /```yaml\n([\s\S]*?)```/.exec(docs)!;
  mkdirSync(join(folder, 'node_modules/some-plugin'), { recursive: true });
  const empty = (name: string): string =>
    `exports.plugin = { apiVersion: 1, name: '${name}', register() {} };`;
  write('my-loss.js', empty('my-loss'));
  write('node_modules/some-plugin/index.js', empty('some-plugin'));
  const { config } = await resolveHere({ file: write('recipe.yaml', example!) });
  expect(config).toMatchObject({
    batchSize: 50,
    generator: { channels: 48, latentSize: 128 },
    regularizers: [{ use: 'r1', gamma: 1, interval: 16 }],
  });
});

test('a preset on the command line is taken instead of that of the file', async () => {
  const file = write('recipe.yaml', 'preset: quickstart-wasm\n');
  const { config } = await resolveHere({ file, preset: 'quickstart' });
  expect(config.preset).toBe('quickstart');
  expect(config.backend.use).toBe('auto');
});

test('a preset that is assigned is a recipe, and wins', async () => {
  const { config } = await resolveHere({
    preset: 'quickstart',
    document: { data: 'shapes' },
    assignments: set('preset=cifar10-small'),
  });
  expect(config.preset).toBe('cifar10-small');
  expect(config.discriminatorSteps).toBe(4);
  await expect(resolveHere({ assignments: set('preset=7') })).rejects.toMatchObject({ code: 'BAD_OPTION' });
});

test('JSON files, with $schema for editors', async () => {
  const file = write('recipe.json', '{ "$schema": "./x.json", "steps": 7 }');
  expect((await resolveHere({ file })).config.steps).toBe(7);
});

test('another component than below it takes none of its options', async () => {
  const { config } = await resolveHere({
    document: { resolution: 32, data: { use: 'shapes', count: 5 } },
    assignments: set('data={ use: auto, path: photos }'),
  });
  expect(config.data).toMatchObject({ use: 'auto', path: join(folder, 'photos') });
  expect(config.data).not.toHaveProperty('count');
});

test('relative paths in a file start from its folder', async () => {
  mkdirSync(join(folder, 'recipes'));
  const file = write('recipes/a.yaml', 'resolution: 32\ndata: { use: auto, path: ../photos }\n');
  expect((await resolveHere({ file })).config.data['path']).toBe(join(folder, 'photos'));
});

describe('plugins', () => {
  const source = (id: string): string =>
    `
    exports.plugin = {
      apiVersion: 1, name: '${id}-plugin',
      register: (container) => container.add({
        slot: 'loss', id: '${id}', summary: 'A loss.', options: options, create: () => ({}),
      }),
    };
    const options = require(${JSON.stringify(require.resolve('zod'))}).z.strictObject({});`.replace(
      /(\s*)exports([\s\S]*)(const options.*)$/,
      '$3\nexports$2',
    );

  test('are found from the config file, and their components can be chosen', async () => {
    mkdirSync(join(folder, 'recipes/node_modules/far-loss'), { recursive: true });
    write('recipes/near-loss.js', source('near'));
    write('recipes/node_modules/far-loss/index.js', source('far'));
    const file = write('recipes/a.yaml', 'plugins: [./near-loss.js, far-loss]\nloss: near\n');
    const { config, plugins } = await resolveHere({ file });
    expect(plugins.map(({ name }) => name)).toEqual(['near-plugin', 'far-plugin']);
    expect(config.loss.use).toBe('near');
    // Both are written so that the run finds them from its own folder.
    expect(config.plugins).toEqual([
      join(folder, 'recipes/near-loss.js'),
      join(folder, 'recipes/node_modules/far-loss/index.js'),
    ]);
  });

  test('may be handed over as objects', async () => {
    const plugin = definePlugin({
      apiVersion: 1,
      name: 'mine',
      register: (container) =>
        container.add(
          defineComponent({
            slot: 'loss',
            id: 'mine',
            summary: 'Mine.',
            options: z.strictObject({ margin: z.number().default(3) }),
            create: () => ({}) as Loss,
          }),
        ),
    });
    const { config } = await resolveHere({ document: { loss: 'mine' }, plugins: [plugin] });
    expect(config.loss).toEqual({ use: 'mine', margin: 3 });
  });
});

describe('what is wrong is told with its path, its layer and what to do', () => {
  test.each<[string, ConfigSources, object]>([
    [
      'an unknown key',
      { document: { stepz: 3 } as never },
      {
        code: 'BAD_OPTION',
        message: expect.stringMatching(/^stepz: .* got stepz/),
        hint: 'Did you mean steps?',
      },
    ],
    [
      'a wrong value',
      { assignments: set('steps=many') },
      { code: 'BAD_OPTION', message: 'steps: expected a number, got "many" (--set steps=many)' },
    ],
    [
      'options of several components',
      { assignments: set('loss.margin=-1', 'generator.chanels=3') },
      {
        code: 'BAD_OPTION',
        message: expect.stringMatching(
          /^generator\.chanels: .*\nloss\.margin: expected a number greater than 0/,
        ),
        hint: 'Did you mean channels?',
      },
    ],
    [
      'an item of a list',
      { assignments: set('generator.attention=[32, big]') },
      {
        message: 'generator.attention.1: expected a number, got "big" (--set generator.attention=[32, big])',
      },
    ],
    [
      'an unknown component',
      { document: { loss: 'hing' } },
      { code: 'UNKNOWN_COMPONENT', hint: expect.stringContaining('Did you mean hinge?') },
    ],
    [
      'an unknown preset',
      { preset: 'quikstart' },
      { code: 'UNKNOWN_PRESET', hint: expect.stringContaining('Did you mean quickstart?') },
    ],
    [
      'data that is not named',
      { preset: 'cifar10' },
      {
        code: 'BAD_OPTION',
        message: 'data.path: expected a string, got nothing',
        hint: 'Name your images: --data <folder, tar, CIFAR or IDX files>.',
      },
    ],
    [
      'bfloat16 without a compiler',
      { assignments: set('precision=bfloat16', 'backend=wasm') },
      {
        code: 'BAD_OPTION',
        message: 'precision: expected float32 with backend wasm, got bfloat16 (--set precision=bfloat16)',
        hint: 'Set backend to tensorflow, or precision to float32.',
      },
    ],
    [
      'a name that is a path',
      { assignments: set('name=../up') },
      { message: expect.stringMatching(/^name: expected letters, digits/) },
    ],
    [
      'a stabilizer named twice',
      { document: { stabilizers: ['clamp', 'spectrum', { use: 'clamp', ratio: 3 }] } },
      {
        code: 'BAD_OPTION',
        message: expect.stringContaining('stabilizers.2.use: expected each stabilizer once, got "clamp"'),
      },
    ],
    [
      'a clamp below zero, an interval of zero',
      { document: { stabilizers: [{ use: 'clamp', sigma: -1, interval: 0 }] } },
      {
        code: 'BAD_OPTION',
        message: expect.stringMatching(/^stabilizers\.0\.sigma: .*\nstabilizers\.0\.interval: /),
      },
    ],
    [
      'averages of a length that there is not, and an interval of zero',
      { document: { posthocEma: { lengths: [0.3, 0.05], every: 0 } } },
      {
        code: 'BAD_OPTION',
        message: expect.stringMatching(/^posthocEma\.lengths\.0: .*0\.288675.*\nposthocEma\.every: /),
      },
    ],
    [
      'an average that is tracked twice',
      { document: { posthocEma: { lengths: [0.05, 0.1, 0.05] } } },
      {
        code: 'BAD_OPTION',
        message: expect.stringContaining('posthocEma.lengths.2: expected each length once, got "0.05"'),
      },
    ],
    [
      'a single average, from which no other could be rebuilt',
      { assignments: set('posthocEma.lengths=[0.1]') },
      { code: 'BAD_OPTION', message: expect.stringMatching(/^posthocEma\.lengths: /) },
    ],
    [
      'a file that is not there',
      { file: 'nowhere.yaml' },
      { code: 'CONFIG_NOT_FOUND', message: expect.stringContaining('nowhere.yaml') },
    ],
    [
      'a plugin that is not there',
      { document: { plugins: ['no-such-plugin'] } },
      { code: 'PLUGIN_NOT_FOUND', hint: expect.stringContaining('npm install no-such-plugin') },
    ],
  ])('%s', async (_, sources, error) => {
    await expect(resolveHere(sources)).rejects.toMatchObject(error);
  });

  test.each([
    ['broken.yaml', 'steps: [1\nseed: 2\n', /broken\.yaml:\d+:\d+: expected YAML, got /],
    ['broken.json', '{ "steps": }', /broken\.json: expected JSON, got /],
    ['list.yaml', '- 1\n- 2\n', /list\.yaml: expected a mapping of options, got a list/],
    ['wide.yaml', '\ufeff\xffsteps: 1\n', /wide\.yaml: expected text in UTF-8/],
    ['twice.yaml', 'steps: 1\nsteps: 2\n', /twice\.yaml:2:1: expected YAML, got .*unique/],
  ])('%s', async (name, text, message) => {
    await expect(resolveHere({ file: write(name, text) })).rejects.toMatchObject({
      code: 'BAD_CONFIG',
      message: expect.stringMatching(message),
    });
  });
});

test('images that have a size of their own are never resized to one that nobody named', async () => {
  const images = { data: { use: 'auto', path: 'images' } };
  await expect(resolveHere({ document: images })).rejects.toMatchObject({
    code: 'BAD_OPTION',
    message: expect.stringMatching(/resolution: expected the pixels a side .*, got nothing/),
  });
  const named = await resolveHere({ document: images, assignments: set('resolution=48') });
  expect(named.config.resolution).toBe(48);
  for (const [text, resolution] of [
    ['[48, 32]', [48, 32]],
    ['[48, 48]', 48],
  ] as const)
    expect(
      (await resolveHere({ document: images, assignments: set(`resolution=${text}`) })).config.resolution,
    ).toEqual(resolution);
  for (const text of ['[48]', '[48, 2]', '48x32', '[48, 32, 3]', '3'])
    await expect(
      resolveHere({ document: images, assignments: set(`resolution=${text}`) }),
    ).rejects.toMatchObject({ code: 'BAD_OPTION', message: expect.stringMatching(/^resolution/) });
  const fromPreset = await resolveHere({ document: images, preset: 'biggan-64' });
  expect(fromPreset.config.resolution).toBe(64);
});
