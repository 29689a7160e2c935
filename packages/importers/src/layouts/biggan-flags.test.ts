import { runConfigSchema } from '@ganymede/config';
import {
  bigganFlagsOf,
  bigganPyTorchRecipe,
  isBigGanPyTorchFlags,
  parseBigGanPyTorchFlags,
} from './biggan-flags.js';

/** scripts/launch_BigGAN_bs256x8.sh of BigGAN-PyTorch, with what train.py adds. */
const headline = {
  model: 'BigGAN',
  ...{ resolution: 128, n_classes: 1000, dataset: 'I128_hdf5', shuffle: true, G_nl: 'inplace_relu' },
  ...{ batch_size: 256, num_G_accumulations: 8, num_D_accumulations: 8, num_D_steps: 1 },
  ...{ G_lr: 1e-4, D_lr: 4e-4, D_B2: 0.999, G_B2: 0.999, G_attn: '64', D_attn: '64' },
  ...{ SN_eps: 1e-6, BN_eps: 1e-5, adam_eps: 1e-6, G_ortho: 0, G_shared: true, hier: true },
  ...{ G_init: 'ortho', D_init: 'ortho', dim_z: 120, shared_dim: 128, G_ch: 96, D_ch: 96 },
  ...{ ema: true, ema_start: 20000, ema_decay: 0.9999, seed: 0 },
};

test('the headline script as a config', () => {
  expect(isBigGanPyTorchFlags(headline)).toBe(true);
  const { classes, document } = bigganPyTorchRecipe(parseBigGanPyTorchFlags(headline));
  expect(classes).toBe(1000);
  expect(document).toMatchObject({
    resolution: 128,
    generator: {
      use: 'biggan',
      channels: 96,
      attention: [64],
      latentSize: 120,
      hierarchical: true,
      sharedEmbedding: true,
      sharedSize: 128,
      initialization: 'orthogonal',
      spectralNorm: true,
      spectralNormEps: 1e-6,
      batchNormEps: 1e-5,
    },
    discriminator: { use: 'biggan', channels: 96, attention: [64], wide: true },
    regularizers: [],
    generatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.999, epsilon: 1e-6 },
    learningRates: { generator: 1e-4, discriminator: 4e-4 },
    batchSize: 256,
    accumulation: 8,
    discriminatorSteps: 1,
    ema: { decay: 0.9999, start: 20000 },
  });
});

test('what a script leaves out has the defaults of utils.py', () => {
  const { document } = bigganPyTorchRecipe(
    parseBigGanPyTorchFlags({ model: 'BigGAN', resolution: 32, n_classes: 10, G_attn: '0', D_attn: '16_8' }),
  );
  expect(document).toMatchObject({
    generator: { channels: 64, attention: [], latentSize: 128, sharedEmbedding: false, hierarchical: false },
    discriminator: { attention: [16, 8], spectralNormEps: 1e-8 },
    learningRates: { generator: 5e-5, discriminator: 2e-4 },
    discriminatorSteps: 2,
    ema: null,
  });
  expect(document.generator).not.toHaveProperty('sharedSize');
});

test('BigGAN-deep, and orthogonal regularization at half the strength', () => {
  const flags = {
    ...headline,
    ...{ model: 'BigGANdeep', G_depth: 2, D_depth: 3, dim_z: 128, shared_dim: 0, G_ortho: 1e-4 },
  };
  const { document } = bigganPyTorchRecipe(parseBigGanPyTorchFlags(flags));
  expect(document).toMatchObject({
    generator: { use: 'biggan-deep', depth: 2, sharedSize: 128, latentSize: 128 },
    discriminator: { use: 'biggan-deep', depth: 3 },
    regularizers: [{ use: 'orthogonal', network: 'generator', strength: 5e-5 }],
  });
  expect(document.generator).not.toHaveProperty('hierarchical');
  expect(document.discriminator).not.toHaveProperty('wide');
});

test('every wrong flag is named', () => {
  expect(() =>
    parseBigGanPyTorchFlags({ resolution: 128, n_classes: 0, G_attn: 'all' }, 'flags.json'),
  ).toThrow(
    expect.objectContaining({
      code: 'BAD_WEIGHTS_CONFIG',
      message: expect.stringMatching(/^flags\.json: expected the flags[^]*n_classes[^]*G_attn/),
    }),
  );
});

test('of a number on a schedule a script gets the first; a half-life in images is no decay', () => {
  const beta2 = { from: 0.9, to: 0.99, over: 1000 };
  const config = runConfigSchema.parse({
    generator: { use: 'biggan', attention: [] },
    discriminator: { use: 'biggan', attention: [] },
    generatorOptimizer: { use: 'adam', beta2 },
    ema: { start: 5, halfLife: 1e5 },
  });
  const flags = bigganFlagsOf(config, 10);
  expect(flags).toMatchObject({ G_B2: 0.9, D_B2: 0.999, ema: true, ema_start: 5 });
  expect(flags).not.toHaveProperty('ema_decay');
});
