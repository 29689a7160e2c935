import { defineComponent, definePlugin, type Loss, type Plugin } from '@ganymede/core';
import { z } from 'zod';
import { builtinPlugins } from './builtins.js';
import { createContainer } from './container.js';

class MarginLoss {
  constructor(
    readonly margin: number,
    readonly runFolder: string | null,
  ) {}
}

const lossOf = (id: string, summary = 'A loss.') =>
  defineComponent({
    slot: 'loss',
    id,
    summary,
    options: z.strictObject({ margin: z.number().positive().default(2).describe('margin') }),
    create: ({ margin }, { runFolder }) => new MarginLoss(margin, runFolder) as unknown as Loss,
  });

const pluginOf = (name: string, register: Plugin['register']): Plugin =>
  definePlugin({ apiVersion: 1, name, version: '1.2.3', register });

const strangers = pluginOf('strangers-loss', (container) => container.add(lossOf('squared')));

describe('what is built in', () => {
  test('comes in by plugins, and fills every slot that a run needs', async () => {
    const container = await createContainer();
    expect(container.plugins).toEqual(builtinPlugins);
    for (const slot of ['backend', 'dataset', 'generator', 'discriminator', 'loss', 'prior'] as const)
      expect(container.ids(slot)).not.toEqual([]);
    expect(container.ids('loss')).toContain('hinge');
    expect(container.find('loss', 'hinge').plugin).toBe('@ganymede/losses');
  });

  test('is made with its own options and defaults', async () => {
    const container = await createContainer();
    expect(container.resolve('loss', { use: 'hinge' })).toMatchObject({ margin: 1 });
    expect(container.resolve('loss', { use: 'hinge', margin: 3 })).toMatchObject({ margin: 3 });
  });
});

describe('plugins', () => {
  test('add components, which get their options and the run', async () => {
    const container = await createContainer({ plugins: [strangers], runFolder: '/runs/a' });
    expect(container.resolve('loss', { use: 'squared' })).toEqual(new MarginLoss(2, '/runs/a'));
    expect(container.find('loss', 'squared').plugin).toBe('strangers-loss');
  });

  test('belong to their container: another one knows nothing of them', async () => {
    await createContainer({ plugins: [strangers] });
    expect((await createContainer()).ids('loss')).not.toContain('squared');
  });

  test('the same plugin named twice registers once', async () => {
    const container = await createContainer({ plugins: [strangers, strangers] });
    expect(container.plugins.filter((plugin) => plugin === strangers)).toHaveLength(1);
  });

  test('replace what is built in, which is recorded', async () => {
    const replacing = pluginOf('better-hinge', (container) => container.replace(lossOf('hinge')));
    const container = await createContainer({ plugins: [replacing] });
    expect(container.resolve('loss', { use: 'hinge' })).toBeInstanceOf(MarginLoss);
    expect(container.find('loss', 'hinge')).toMatchObject({
      plugin: 'better-hinge',
      replaced: ['@ganymede/losses'],
    });
    expect(container.manifest.replaced).toEqual([
      { component: 'loss/hinge', by: 'better-hinge', instead: '@ganymede/losses' },
    ]);
    expect(container.manifest.plugins).toContainEqual({
      name: 'better-hinge',
      version: '1.2.3',
      builtIn: false,
      as: null,
      file: null,
      hash: null,
    });
    expect(container.manifest.toolkit).toMatch(/^\d+\.\d+\.\d+/);
  });

  test('an id that is taken: both plugins are named', async () => {
    const clashing = pluginOf('clashing', (container) => container.add(lossOf('hinge')));
    await expect(createContainer({ plugins: [clashing] })).rejects.toMatchObject({
      code: 'DUPLICATE_COMPONENT',
      message: 'loss hinge: expected one plugin to add it, got @ganymede/losses and clashing',
    });
  });

  test('replacing what is not there', async () => {
    const mistaken = pluginOf('mistaken', (container) => container.replace(lossOf('hing')));
    await expect(createContainer({ plugins: [mistaken] })).rejects.toMatchObject({
      code: 'UNKNOWN_COMPONENT',
      message: expect.stringContaining('plugin mistaken: expected a loss hing to replace, got hinge, '),
      hint: expect.stringContaining('Did you mean hinge?'),
    });
  });

  test.each([
    [2, 'Update @ganymede/toolkit'],
    [0, 'Install a newer version of the plugin'],
  ])('apiVersion %p is refused', async (apiVersion, advice) => {
    const plugin = { apiVersion, name: 'of-another-time', register: () => undefined };
    await expect(createContainer({ plugins: [plugin] })).rejects.toMatchObject({
      code: 'PLUGIN_API_VERSION',
      message: `plugin of-another-time: expected apiVersion 1, got ${apiVersion}`,
      hint: expect.stringContaining(advice),
    });
  });
});

describe('choices', () => {
  test('an unknown id lists the known ones and the nearest', async () => {
    const container = await createContainer({ builtins: [strangers] });
    expect(() => container.resolve('loss', { use: 'sqared' })).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_COMPONENT',
        message: 'loss: expected a loss of squared, got sqared',
        hint: expect.stringContaining('Did you mean squared?'),
      }),
    );
    expect(() => container.resolve('prior', { use: 'normal' })).toThrow(
      'prior: expected a prior of (none is registered), got normal',
    );
  });

  test('all that is wrong with the options is told at once, by path', async () => {
    const container = await createContainer();
    expect(() =>
      container.resolve('optimizer', { use: 'adam', beta1: 1, epsilonn: 1 }, 'gOptimizer'),
    ).toThrow(
      expect.objectContaining({
        code: 'BAD_OPTION',
        message:
          'gOptimizer.beta1: expected a number less than 1, got 1\n' +
          'gOptimizer.epsilonn: expected an option of beta1, beta2, epsilon, weightDecay, decoupled, got epsilonn',
        hint: 'Did you mean epsilon?',
      }),
    );
  });
});
