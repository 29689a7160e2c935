import { resolve } from 'node:path';
import { imagesAt } from './images-at.js';
import { sweepOfFlags } from './sweep-flags.js';

const of = async (flags: Record<string, unknown>) =>
  sweepOfFlags({ measure: true, ...flags }, await import('@ganymede/toolkit'), (text) =>
    imagesAt(text, ['shapes']),
  );

test('flags of the recipe are laid over the base, the name is the sweep’s', async () => {
  expect(await of({})).toEqual({});
  expect(
    await of({
      name: 'trial',
      preset: 'quickstart',
      config: resolve('recipe.yaml'),
      data: 'photos',
      ch: '8',
      set: ['loss=minimax', 'regularizers.0.gamma=2'],
      plugin: ['./mine.js'],
    }),
  ).toEqual({
    name: 'trial',
    base: resolve('recipe.yaml'),
    plugins: ['./mine.js'],
    set: {
      preset: 'quickstart',
      'generator.channels': 8,
      'discriminator.channels': 8,
      data: { use: 'auto', path: resolve('photos') },
      loss: { use: 'minimax' },
      'regularizers.0.gamma': 2,
    },
  });
});

test('axes, seeds and what is equal', async () => {
  expect(await of({ grid: ['batchSize=16,64', 'loss=hinge,minimax'], seeds: '3', equal: 'images' })).toEqual({
    grid: { batchSize: [16, 64], loss: ['hinge', 'minimax'] },
    seeds: 3,
    equal: 'images',
  });
  expect(await of({ seeds: '0,7' })).toEqual({ seeds: [0, 7] });
  await expect(of({ seeds: '0' })).rejects.toThrow('--seeds: expected an integer of at least 1, got 0');
});

test('how runs are measured, or that they are not', async () => {
  expect(
    await of({
      metrics: ['fid', 'kid'],
      extractor: 'trained-classifier',
      weights: resolve('x.safetensors'),
      samples: '500',
      checkpoint: 'best',
      statistics: 'standing',
      'extractor-precision': 'auto',
      ema: false,
    }),
  ).toEqual({
    evaluate: {
      metrics: [{ use: 'fid' }, { use: 'kid' }],
      extractor: { use: 'trained-classifier', weights: resolve('x.safetensors') },
      samples: 500,
      checkpoint: 'best',
      statistics: 'standing',
      precision: 'auto',
      ema: false,
    },
  });
  expect(await of({ measure: false })).toEqual({ evaluate: null });
  await expect(of({ weights: 'x' })).rejects.toThrow(
    '--weights, --resizer: expected --extractor with them, got none',
  );
});
