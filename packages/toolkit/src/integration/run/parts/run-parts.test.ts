import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePart, definePlugin, type Dataset, type Plugin } from '@ganymede/core';
import { Trainer } from '@ganymede/trainer';
import { runParts } from '@ganymede/runs';
import { resolveConfig, sample, train } from '../../../operations.js';

const root = mkdtempSync(join(tmpdir(), 'ganymede-parts-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const network = { use: 'biggan', channels: 2, attention: [] };

async function trained(folder: string, plugin: Plugin, steps = 2): Promise<void> {
  const { config, plugins } = await resolveConfig({
    document: {
      backend: { use: 'wasm', threads: 1 },
      data: { use: 'shapes', count: 12, shapes: ['circle', 'star'] },
      generator: { ...network, latentSize: 4, hierarchical: false, sharedEmbedding: false },
      discriminator: network,
      steps,
      batchSize: 2,
      ema: null,
      sample: { every: 100, perClass: 2 },
      checkpoint: { every: 100, keepLast: 1 },
    },
    plugins: [plugin],
  });
  await train({ config, runFolder: folder, resume: false, plugins });
}

const pluginOf = (register: Plugin['register']): Plugin =>
  definePlugin({ apiVersion: 1, name: 'strangers-parts', register });

test('a plugin replaces the trainer and wraps the data of a real run', async () => {
  const seen: string[] = [];
  const plugin = pluginOf((container) => {
    container.replacePart(
      definePart(runParts.trainer, {
        create: async (parts) => {
          const trainer = new Trainer(await parts.get(runParts.recipe), await parts.get(runParts.batches));
          const advance = trainer.advance.bind(trainer);
          trainer.advance = (options) => {
            seen.push('step');
            return advance(options);
          };
          return trainer;
        },
        dispose: (trainer) => trainer.dispose(),
      }),
    );
    container.wrapPart(runParts.dataset, (dataset: Dataset) => {
      seen.push(`data of ${dataset.length}`);
      return dataset;
    });
  });
  await trained(join(root, 'replaced'), plugin);
  expect(seen).toEqual(['data of 12', 'step', 'step']);
});

test('to sample, neither data nor discriminator nor trainer is made', async () => {
  const folder = join(root, 'sampled');
  const made: string[] = [];
  const watching = pluginOf((container) => {
    for (const token of Object.values(runParts))
      container.wrapPart<unknown>(token, (part) => {
        made.push(token.name);
        return part;
      });
  });
  await trained(folder, watching, 1);
  expect(made).toEqual(expect.arrayContaining(['dataset', 'discriminator', 'trainer', 'session', 'sheets']));
  made.length = 0;
  await sample({
    run: folder,
    perClass: 1,
    seed: 0,
    ema: true,
    statistics: 'running',
    plugins: [watching],
  });
  expect(made).toEqual(['engine', 'backend', 'generator']);
});

test('a plugin that wraps a part that no run has is told so when it registers', async () => {
  const misnamed = { name: 'datset', summary: 'A misspelling.' };
  await expect(
    resolveConfig({
      preset: 'quickstart',
      plugins: [pluginOf((container) => container.wrapPart(misnamed, (part) => part))],
    }),
  ).rejects.toMatchObject({
    code: 'UNKNOWN_PART',
    message: expect.stringContaining('plugin strangers-parts: expected a part of settings, folder,'),
    hint: expect.stringContaining('Did you mean dataset?'),
  });
});
