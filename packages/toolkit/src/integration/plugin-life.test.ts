import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { latestCheckpoint, readCheckpoint } from '@ganymede/checkpoints';
import {
  defineComponent,
  definePlugin,
  type Loss,
  type Plugin,
  type Slots,
  type SlotName,
} from '@ganymede/core';
import type { ConfigDocument } from '@ganymede/config';
import type { RunEvent } from '@ganymede/runs';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { loadRunConfig, resolveConfig, sample, train } from '../operations.js';
import { loadPlugins } from '../plugins/load-plugins.js';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'ganymede-plugin-life-')));
const started = process.cwd();
afterEach(() => process.chdir(started));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;
const freshFolder = (): string => join(root, `run${made++}`);

const tiny: ConfigDocument = {
  backend: { use: 'wasm', threads: 1 },
  data: { use: 'shapes', count: 12, shapes: ['circle', 'star'] },
  generator: { use: 'biggan', channels: 2, latentSize: 4, attention: [] },
  discriminator: { use: 'biggan', channels: 2, attention: [] },
  resolution: 32,
  batchSize: 2,
  discriminatorSteps: 1,
  ema: null,
  steps: 3,
  checkpoint: { every: 100 },
  sample: { every: 100, perClass: 1 },
  log: { every: 1 },
  evaluate: { every: 0 },
};

const hinge: Loss = {
  discriminator: (real, fake) => ({
    real: tf.mean(tf.relu(tf.sub(1, real))),
    fake: tf.mean(tf.relu(tf.add(1, fake))),
  }),
  generator: (fake) => tf.neg(tf.mean(fake)),
};

function pluginWith<S extends SlotName>(slot: S, create: () => Slots[S], name = 'strangers'): Plugin {
  return definePlugin({
    apiVersion: 1,
    name,
    version: '1.0.0',
    register: (container) =>
      container.add(
        defineComponent({
          slot,
          id: 'strange',
          summary: 'A part of a stranger.',
          options: z.strictObject({}),
          create,
        }),
      ),
  });
}

async function run(
  plugin: Plugin,
  document: ConfigDocument,
  { folder = freshFolder(), resume = false } = {},
): Promise<{ folder: string; notes: string[]; error: unknown }> {
  const notes: string[] = [];
  const onEvent = (event: RunEvent): void => {
    if (event.kind === 'note') notes.push(event.text);
  };
  try {
    const { config, plugins } = resume
      ? await loadRunConfig(folder, [], [plugin])
      : await resolveConfig({ document: { ...tiny, ...document }, plugins: [plugin] });
    await train({ config, plugins, runFolder: folder, resume, onEvent });
    return { folder, notes, error: null };
  } catch (error) {
    return { folder, notes, error };
  }
}

const newestStep = async (folder: string): Promise<number | null> =>
  (await latestCheckpoint(folder)).checkpoint?.step ?? null;

describe('what a component throws', () => {
  test('in create: the error names component, plugin, file and line', async () => {
    const plugin = pluginWith('loss', () => {
      throw new Error('out of ink');
    });
    const { error } = await run(plugin, { loss: 'strange' });
    expect(error).toMatchObject({
      code: 'COMPONENT_FAILED',
      message: expect.stringMatching(
        /^loss strange of plugin strangers: create failed: out of ink, at .*plugin-life\.test\.ts:\d+:\d+$/,
      ),
    });
  });

  test('in the first step: the name of the run is free again', async () => {
    let isBroken = true;
    const plugin = pluginWith('loss', () => ({
      ...hinge,
      generator: (fake) => {
        if (isBroken) throw new TypeError('no such op');
        return hinge.generator(fake);
      },
    }));
    const first = await run(plugin, { loss: 'strange' });
    expect(first.error).toMatchObject({
      code: 'COMPONENT_FAILED',
      message: expect.stringContaining('loss strange of plugin strangers: generator failed: no such op, at '),
    });
    expect(existsSync(first.folder) ? readdirSync(first.folder) : []).toEqual([]);
    expect(existsSync(first.folder)).toBe(false);
    isBroken = false;
    expect((await run(plugin, { loss: 'strange' }, { folder: first.folder })).error).toBeNull();
  });

  test('in a stabilizer: the step before is saved, and the run goes on from it', async () => {
    let failsAt = 2;
    const plugin = pluginWith('stabilizer', () => ({
      interval: 1,
      observe: async ({ step }) => {
        if (step === failsAt) throw new RangeError('too wild');
        return { action: { kind: 'continue' as const } };
      },
      state: null,
      restore: () => undefined,
    }));
    const broken = await run(plugin, { stabilizers: [{ use: 'strange' }] });
    expect(broken.error).toMatchObject({
      message: expect.stringContaining(
        'stabilizer strange of plugin strangers: observe failed: too wild, at ',
      ),
    });
    expect(await newestStep(broken.folder)).toBe(2);
    failsAt = -1;
    const resumed = await run(plugin, {}, { folder: broken.folder, resume: true });
    expect([resumed.error, await newestStep(broken.folder)]).toEqual([null, 3]);
  });

  test('in a reporter: the run goes on without it', async () => {
    const plugin = pluginWith('reporter', () => ({
      report: ({ step }) => {
        if (step === 2) throw new Error('the line is dead');
      },
      close: async () => undefined,
    }));
    const { error, notes, folder } = await run(plugin, { reporters: [{ use: 'strange' }] });
    expect([error, await newestStep(folder)]).toEqual([null, 3]);
    const told = notes.filter((text) => text.includes('the line is dead'));
    expect(told).toEqual([
      expect.stringMatching(/^reporter strange of plugin strangers: report failed: .*; the run continues/),
    ]);
  });

  test('in a generator of which samples are made: the backend is free again', async () => {
    let isBroken = false;
    const plugin = definePlugin({
      apiVersion: 1,
      name: 'strangers',
      register: (container) => {
        container.wrapPart({ name: 'generator', summary: '' }, (generator) => {
          if (isBroken) throw new Error('no room');
          return generator;
        });
      },
    });
    const { folder, error } = await run(plugin, {});
    expect(error).toBeNull();
    const options = {
      run: folder,
      seed: 0,
      ema: false,
      statistics: 'running',
      perClass: 1,
      plugins: [plugin],
    } as const;
    isBroken = true;
    await expect(sample(options)).rejects.toMatchObject({
      code: 'COMPONENT_FAILED',
      message: expect.stringContaining('part generator of plugin strangers: wrap failed: no room'),
    });
    isBroken = false;
    expect((await sample(options)).labels).toHaveLength(2);
  });

  test('a frozen component with private fields works', async () => {
    class Private {
      readonly #generator = hinge.generator;
      discriminator = hinge.discriminator;
      generator(fake: tf.Tensor1D): tf.Scalar {
        return this.#generator(fake);
      }
    }
    const plugin = pluginWith('loss', () => Object.freeze(new Private()));
    expect((await run(plugin, { loss: 'strange' })).error).toBeNull();
  });
});

describe('register', () => {
  const registering = (register: Plugin['register']): Plugin =>
    definePlugin({ apiVersion: 1, name: 'strangers', register });

  test('is waited for', async () => {
    const inner = pluginWith('loss', () => hinge);
    const plugin = registering(async (container) => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      await inner.register(container);
    });
    const { config } = await resolveConfig({ document: { ...tiny, loss: 'strange' }, plugins: [plugin] });
    expect(config.loss).toEqual({ use: 'strange' });
  });

  test.each([
    [
      'throws',
      () => Promise.reject(new Error('no paper')),
      /register failed: no paper, at .*plugin-life\.test\.ts:\d+/,
    ],
    [
      'throws at once',
      () => {
        throw new Error('no paper');
      },
      /register failed: no paper, at .*plugin-life\.test\.ts:\d+/,
    ],
  ])('%s', async (_, register, message) => {
    await expect(resolveConfig({ document: tiny, plugins: [registering(register)] })).rejects.toMatchObject({
      code: 'PLUGIN_FAILED',
      message: expect.stringMatching(message),
    });
  });

  test.each([
    [{ slot: 'losses' }, 'UNKNOWN_SLOT', /^plugin strangers: expected a slot of .*, got losses$/],
    [{ id: 'A B' }, 'BAD_COMPONENT_ID', /^plugin strangers: expected a kebab-case id/],
    [{ options: undefined }, 'BAD_COMPONENT_OPTIONS', /^plugin strangers: loss strange: .*got undefined$/],
    [{ options: { _def: { typeName: 'ZodObject' } } }, 'BAD_COMPONENT_OPTIONS', /got a schema of zod 3/],
  ])('of a component that defineComponent never saw: %j', async (change, code, message) => {
    const component = {
      slot: 'loss',
      id: 'strange',
      summary: 'x',
      options: z.strictObject({}),
      create: () => hinge,
    };
    const plugin = registering((container) => container.add({ ...component, ...change } as never));
    await expect(resolveConfig({ document: tiny, plugins: [plugin] })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});

describe('a run and its plugin', () => {
  const source = (version: string): string =>
    `exports.plugin = { apiVersion: 1, name: 'margins', ${version}register: (container) => container.add(require(${JSON.stringify(join(__dirname, 'testing-loss.cjs'))})) };`;
  const write = (folder: string, version = ''): string => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'margins.js'), source(version));
    return join(folder, 'margins.js');
  };

  async function trained(file: string, folder = freshFolder()): Promise<string> {
    const { config, plugins } = await resolveConfig({ document: { ...tiny, steps: 1, plugins: [file] } });
    await train({ config, plugins, runFolder: folder, resume: false });
    return folder;
  }

  test('records which plugins and which toolkit made it', async () => {
    const folder = await trained(write(join(root, 'recorded'), "version: '1.0.0', "));
    const { components } = JSON.parse(readFileSync(join(folder, 'environment.json'), 'utf8'));
    expect(components.toolkit).toMatch(/^\d/);
    expect(components.plugins).toContainEqual({
      name: 'margins',
      version: '1.0.0',
      builtIn: false,
      as: join(root, 'recorded/margins.js'),
      file: join(root, 'recorded/margins.js'),
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  test('a package is found again from anywhere', async () => {
    const project = join(root, 'project');
    write(join(project, 'node_modules/margins'));
    writeFileSync(
      join(project, 'node_modules/margins/package.json'),
      '{ "name": "margins", "version": "2.0.0", "main": "margins.js" }',
    );
    process.chdir(project);
    const folder = await trained('margins');
    expect(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')).plugins).toEqual(['margins']);
    process.chdir(tmpdir());
    const { plugins } = await loadRunConfig(folder);
    expect(plugins.map(({ name }) => name)).toEqual(['margins']);
    expect(
      (await sample({ run: folder, seed: 0, ema: false, statistics: 'running', perClass: 1 })).labels,
    ).toHaveLength(2);
  });

  test('a file that was moved: the error says what to do, and the moved one is taken, once and from then on', async () => {
    const before = write(join(root, 'before'));
    const folder = await trained(before);
    mkdirSync(join(root, 'after'));
    const after = join(root, 'after/margins.js');
    renameSync(before, after);
    await expect(loadRunConfig(folder)).rejects.toMatchObject({
      code: 'PLUGIN_NOT_FOUND',
      hint: expect.stringContaining('--plugin <path>'),
    });
    const given = await loadPlugins([after]);
    const { config, plugins } = await loadRunConfig(
      folder,
      [{ path: ['steps'], value: 2, flag: '--steps 2' }],
      given,
    );
    expect(plugins).toEqual(given);
    await train({ config, plugins, runFolder: folder, resume: true });
    expect((await loadRunConfig(folder)).plugins.map(({ name }) => name)).toEqual(['margins']);
  });

  test('another version is told when the run goes on', async () => {
    const plugin = (version: string): Plugin => ({ ...pluginWith('loss', () => hinge), version });
    const { folder } = await run(plugin('1.0.0'), { loss: 'strange', steps: 1 });
    const same = await run(plugin('1.0.0'), {}, { folder, resume: true });
    expect(same.notes.filter((text) => text.startsWith('plugin '))).toEqual([]);
    const other = await run(plugin('1.1.0'), {}, { folder, resume: true });
    expect(other.notes).toContain('plugin strangers: version 1.1.0 instead of 1.0.0');
  });

  test('an object that did not come again is asked for by its name', async () => {
    const { folder } = await run(
      pluginWith('loss', () => hinge, 'my-losses'),
      { loss: 'strange', steps: 1 },
    );
    await expect(loadRunConfig(folder)).rejects.toMatchObject({
      code: 'UNKNOWN_COMPONENT',
      hint: expect.stringContaining('The run was made with my-losses, which a program handed over'),
    });
  });

  test('a package that was not built', async () => {
    const folder = join(root, 'unbuilt/node_modules/unbuilt');
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'package.json'),
      '{ "name": "unbuilt", "exports": { ".": { "types": "./dist/index.d.ts", "default": "./dist/index.js" } } }',
    );
    await expect(loadPlugins(['unbuilt'], [join(root, 'unbuilt')])).rejects.toMatchObject({
      code: 'PLUGIN_NOT_BUILT',
      message: `plugin unbuilt: expected the entry ./dist/index.js in ${folder}, got no such file`,
    });
    await expect(loadPlugins([folder])).rejects.toMatchObject({ code: 'PLUGIN_NOT_BUILT' });
  });
});

test('the state of stabilizers is theirs by name: one that is put before another takes nothing of it', async () => {
  const restored: Record<string, unknown> = {};
  const counting = (id: string) =>
    defineComponent({
      slot: 'stabilizer',
      id,
      summary: 'Counts.',
      options: z.strictObject({}),
      create: () => {
        let count = 0;
        return {
          interval: 1,
          observe: async () => {
            count++;
            return { action: { kind: 'continue' as const } };
          },
          get state() {
            return { [id]: count };
          },
          restore: (state) => {
            restored[id] = state;
          },
        };
      },
    });
  const plugin = definePlugin({
    apiVersion: 1,
    name: 'counters',
    register: (container) => ['first', 'second'].forEach((id) => container.add(counting(id))),
  });
  const { folder, error } = await run(plugin, { stabilizers: [{ use: 'second' }], steps: 2 });
  expect(error).toBeNull();
  const { state } = await readCheckpoint((await latestCheckpoint(folder)).checkpoint!.folder);
  expect((state as { stabilizers: unknown }).stabilizers).toEqual({ second: { second: 2 } });
  const set = { path: ['stabilizers'], value: [{ use: 'first' }, { use: 'second' }], flag: '--set' };
  const { config, plugins } = await loadRunConfig(folder, [set], [plugin]);
  await train({ config, plugins, runFolder: folder, resume: true });
  expect(restored).toEqual({ second: { second: 2 } });
});
