import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePlugin, type Plugin, type PresetDefinition } from '@ganymede/core';
import { configJsonSchema, originOf } from '@ganymede/config';
import { createContainer } from '../../container.js';
import { loadRunConfig, resolveConfig, train } from '../../operations.js';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'ganymede-plugin-presets-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const recipes = (presets: Readonly<Record<string, PresetDefinition>>, name = 'recipes'): Plugin =>
  definePlugin({
    apiVersion: 1,
    name,
    register: (container) =>
      Object.entries(presets).forEach(([id, preset]) => container.addPreset(id, preset)),
  });

const tiny: PresetDefinition = {
  summary: 'A run of a second.',
  config: {
    preset: 'quickstart-wasm',
    backend: { use: 'wasm', threads: 1 },
    data: { use: 'shapes', count: 12, shapes: ['circle', 'star'] },
    generator: { channels: 2, latentSize: 4 },
    discriminator: { channels: 2 },
    batchSize: 2,
    steps: 1,
    stabilizers: [],
    sample: { every: 100, perClass: 1 },
  },
};

test('a config starts from it, over the preset that it names, and says where each value came from', async () => {
  const { config, origins } = await resolveConfig({
    preset: 'tiny',
    document: { steps: 3 },
    plugins: [recipes({ tiny })],
  });
  expect(config).toMatchObject({ preset: 'tiny', steps: 3, batchSize: 2, ema: { decay: 0.98, start: 50 } });
  // Options of the same component are laid over each other, as a file's over a preset's.
  expect(config.generator).toMatchObject({ use: 'biggan', channels: 2, initialization: 'normal' });
  expect(originOf(origins, 'batchSize')).toEqual({ kind: 'preset', id: 'tiny' });
  expect(originOf(origins, 'ema.decay')).toEqual({ kind: 'preset', id: 'quickstart-wasm' });
});

test('a file names the plugin and its preset; a run made of it goes on without the preset', async () => {
  const source = (presets: object): string =>
    `exports.plugin = { apiVersion: 1, name: 'recipes', register: (container) => {
       for (const [id, preset] of Object.entries(${JSON.stringify(presets)})) container.addPreset(id, preset);
     } };`;
  const file = join(root, 'run.yaml');
  writeFileSync(file, 'plugins: [./recipes.js]\npreset: tiny\n');
  writeFileSync(join(root, 'recipes.js'), source({ tiny }));
  const { config, plugins } = await resolveConfig({ file });
  const runFolder = join(root, 'run');
  await train({ config, plugins, runFolder, resume: false });
  const written = JSON.parse(readFileSync(join(runFolder, 'config.json'), 'utf8'));
  expect(written).toMatchObject({ preset: 'tiny', batchSize: 2, plugins: [join(root, 'recipes.js')] });
  // The plugin is still the run's, and has no such preset any more.
  const changed = recipes({});
  expect((await loadRunConfig(runFolder, [], [changed])).config).toEqual(config);
});

test('an unknown one lists those of plugins as well, and editors are offered them', async () => {
  const plugins = [recipes({ tiny })];
  await expect(resolveConfig({ preset: 'tinny', plugins })).rejects.toMatchObject({
    code: 'UNKNOWN_PRESET',
    message: expect.stringMatching(/^preset: expected one of quickstart, .*, tiny, got tinny$/),
    hint: expect.stringContaining('Did you mean tiny?'),
  });
  const { properties } = configJsonSchema(await createContainer({ plugins })) as {
    properties: { preset: unknown };
  };
  expect(properties.preset).toMatchObject({
    anyOf: expect.arrayContaining([{ const: 'tiny', description: tiny.summary }]),
  });
});

test('what a preset sets is checked when it is used, and the message names it', async () => {
  const plugins = [recipes({ wrong: { summary: 'Wrong.', config: { batchsize: 2, steps: 'many' } } })];
  await expect(resolveConfig({ preset: 'wrong', plugins })).rejects.toMatchObject({
    code: 'BAD_OPTION',
    message: expect.stringMatching(/steps: expected a number, got "many" \(preset wrong\)/),
    hint: expect.stringContaining('Did you mean batchSize?'),
  });
});

test.each([
  ['an id that is taken', { quickstart: tiny }, 'DUPLICATE_PRESET', /got @ganymede\/config and recipes$/],
  [
    'an id of another form',
    { 'My Preset': tiny },
    'BAD_PRESET',
    /^plugin recipes: expected a kebab-case id for a preset, got "My Preset"$/,
  ],
  ['no summary', { bare: { config: {} } }, 'BAD_PRESET', /preset bare: expected a summary, got nothing$/],
  ['no config', { bare: { summary: 'x' } }, 'BAD_PRESET', /preset bare: expected a config .* got nothing$/],
  [
    'a base that is no name',
    { odd: { summary: 'x', config: { preset: 3 } } },
    'BAD_PRESET',
    /the id of a preset that it starts from, got 3$/,
  ],
  [
    'plugins',
    { odd: { summary: 'x', config: { plugins: ['other'] } } },
    'BAD_PRESET',
    /expected no plugins in its config, .*, got \["other"\]$/,
  ],
  [
    'a value that is no data',
    { odd: { summary: 'x', config: { loss: { use: 'hinge', margin: () => 1 } } } },
    'BAD_CONFIG',
    /^plugin recipes: preset odd: expected mappings, lists, text and numbers, got a function in loss\.margin$/,
  ],
] as const)('%s is refused when it registers', async (_, presets, code, message) => {
  const plugin = recipes(presets as unknown as Record<string, PresetDefinition>);
  await expect(createContainer({ plugins: [plugin] })).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});

test('presets that start from each other are told with the circle', async () => {
  const on = (preset: string): PresetDefinition => ({ summary: 'x', config: { preset } });
  const plugins = [recipes({ first: on('second'), second: on('third'), third: on('second') })];
  await expect(resolveConfig({ preset: 'first', plugins })).rejects.toMatchObject({
    code: 'BAD_PRESET',
    message: 'preset second: expected to start from another, got second over third over second',
  });
});
