import { resolveConfig } from '../config/resolve.js';
import { findPreset, presets } from './presets.js';

test.each(presets.map(({ id }) => id))('%s is a whole config once the data is named', async (id) => {
  const { config } = await resolveConfig({
    preset: id,
    ...(findPreset(id).config.data !== undefined &&
      !id.startsWith('quickstart') && { document: { data: { use: 'auto', path: '/data' } } }),
  });
  expect(config.preset).toBe(id);
  expect(config.generator['channels']).toBe(config.discriminator['channels']);
  expect(config.checkpoint.every).toBeLessThan(config.steps);
  expect(config.ema!.start).toBeLessThan(config.steps);
});

test("cifar10 is BigGAN-PyTorch's launch_cifar_ema.sh", async () => {
  const { config } = await resolveConfig({
    preset: 'cifar10',
    document: { data: { use: 'auto', path: '/data' } },
  });
  const adam = { use: 'adam', beta1: 0, beta2: 0.999, epsilon: 1e-8 };
  expect(config).toMatchObject({
    batchSize: 50,
    accumulation: 1,
    discriminatorSteps: 4,
    flip: false,
    steps: (500 * 50_000) / (4 * 50),
    learningRates: { generator: 2e-4, discriminator: 2e-4 },
    generatorOptimizer: adam,
    discriminatorOptimizer: adam,
    ema: { decay: 0.9999, start: 1000 },
    regularizers: [],
    generator: { channels: 64, attention: [], latentSize: 128, hierarchical: false, sharedEmbedding: false },
    discriminator: { channels: 64, attention: [], initialization: 'normal', wide: true },
  });
});

test("biggan-128 is BigGAN-PyTorch's launch_BigGAN_bs256x8.sh", async () => {
  const { config } = await resolveConfig({
    preset: 'biggan-128',
    document: { data: { use: 'auto', path: '/data' } },
  });
  expect(config.batchSize * config.accumulation).toBe(2048);
  expect(config).toMatchObject({
    discriminatorSteps: 1,
    learningRates: { generator: 1e-4, discriminator: 4e-4 },
    generatorOptimizer: { beta1: 0, beta2: 0.999, epsilon: 1e-6 },
    ema: { decay: 0.9999, start: 20_000 },
    generator: {
      channels: 96,
      attention: [64],
      latentSize: 120,
      hierarchical: true,
      sharedEmbedding: true,
      sharedSize: 128,
      initialization: 'orthogonal',
      spectralNormEps: 1e-6,
      batchNormEps: 1e-5,
    },
  });
});
