import { type ResolvedConfig, findPreset, presets } from '@ganymede/config';
import { sidesOf } from '@ganymede/core';
import { resolveConfig } from '../../operations.js';

const quick = (id: string): boolean => id.startsWith('quickstart');

async function configOf(id: string): Promise<ResolvedConfig> {
  const data = !quick(id) && { document: { data: { use: 'auto', path: '/data' } } };
  return (await resolveConfig({ preset: id, ...data })).config;
}

test('every id is there once, and is found', () => {
  const ids = presets.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
  ids.forEach((id) => expect(findPreset(id).id).toBe(id));
  expect(() => findPreset('biggan-12')).toThrow('biggan-128');
});

test.each(presets.map(({ id }) => id))('%s is a whole config once the data is named', async (id) => {
  const config = await configOf(id);
  expect(config.preset).toBe(id);
  expect(config.generator.use).toBe(config.discriminator.use);
  expect(config.generator['channels']).toBe(config.discriminator['channels']);
  expect(config.checkpoint.every).toBeLessThan(config.steps);
  if (config.ema) expect(config.ema.start).toBeLessThan(config.steps);
});

test("cifar10's 500 epochs of launch_cifar_ema.sh are its steps", async () => {
  expect((await configOf('cifar10')).steps).toBe((500 * 50_000) / (4 * 50));
});

/** arXiv:1809.11096, appendix C: both rates, two discriminator steps, batch 2048, epsilon 1e-4, beta 1e-4. */
test.each([
  ['biggan-128-paper', 128, 96, 120, 5e-5, 2e-4],
  ['biggan-256', 256, 96, 140, 5e-5, 2e-4],
  ['biggan-512', 512, 96, 160, 5e-5, 2e-4],
  ['biggan-deep-128-paper', 128, 128, 128, 5e-5, 2e-4],
  ['biggan-deep-256', 256, 128, 128, 2.5e-5, 2.5e-5],
  ['biggan-deep-512', 512, 128, 128, 2.5e-5, 2.5e-5],
])(
  '%s is the recipe of the paper',
  async (id, resolution, channels, latentSize, generator, discriminator) => {
    const config = await configOf(id);
    const model = id.startsWith('biggan-deep') ? 'biggan-deep' : 'biggan';
    expect(config.batchSize * config.accumulation).toBe(2048);
    expect(config).toMatchObject({
      resolution,
      discriminatorSteps: 2,
      learningRates: { generator, discriminator },
      generatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.999 },
      discriminatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.999 },
      schedule: { use: 'constant' },
      loss: { use: 'hinge' },
      prior: { use: 'normal' },
      ema: { decay: 0.9999, start: 0 },
      regularizers: [
        { use: 'orthogonal', network: 'generator', strength: 1e-4, exclude: ['*embed*', 'shared.*'] },
      ],
      generator: {
        use: model,
        channels,
        latentSize,
        sharedSize: 128,
        initialization: 'orthogonal',
        spectralNormEps: 1e-4,
        batchNormEps: 1e-4,
        ...(model === 'biggan'
          ? { hierarchical: true, sharedEmbedding: true }
          : { depth: 2, outputNormEps: 1e-4 }),
      },
      discriminator: { use: model, channels, initialization: 'orthogonal', spectralNormEps: 1e-4 },
    });
  },
);

/** github:pfnet-research/sngan_projection, configs/sn_cifar10_conditional.yml. */
test("sngan-32 is its authors' CIFAR-10 recipe", async () => {
  const config = await configOf('sngan-32');
  const adam = { use: 'adam', beta1: 0, beta2: 0.9, epsilon: 1e-8 };
  expect(config).toMatchObject({
    batchSize: 64,
    accumulation: 1,
    discriminatorSteps: 5,
    steps: 50_000,
    learningRates: { generator: 2e-4, discriminator: 2e-4 },
    schedule: { use: 'linear', decayStart: 0, decayEnd: 50_000, final: 0 },
    generatorOptimizer: adam,
    discriminatorOptimizer: adam,
    loss: { use: 'hinge' },
    ema: null,
    generator: { use: 'sngan', channels: 64, latentSize: 128, spectralNorm: false },
    discriminator: { use: 'sngan', channels: 64, spectralNorm: true },
  });
});

/**
 * github:brownvc/R3GAN at 19a7ddf: train.py, `opts.preset`, and the commands of its README. Widths from the lowest resolution
 * up; groups of the 3x3 convolutions, which see twice the width.
 */
test.each([
  ['r3gan-cifar10', [768, 768, 768, 768], [96, 96, 96, 96], 512, 0.05, 0.55, 5e6, 2e7],
  ['r3gan-ffhq64', [768, 768, 768, 768, 384], [96, 96, 96, 96, 48], 256, 2, 0.3, 5e5, 2e7],
  [
    'r3gan-ffhq256',
    [768, 768, 768, 768, 384, 192, 96],
    [96, 96, 96, 96, 48, 24, 12],
    256,
    150,
    0.3,
    5e5,
    2e7,
  ],
  ['r3gan-imagenet32', [1536, 1536, 1536, 1536], [96, 96, 96, 96], 4096, 0.5, 0.5, 5e7, 2e8],
  ['r3gan-imagenet64', [1536, 1536, 1536, 1536, 1536], [96, 96, 96, 96, 96], 4096, 1, 0.4, 5e7, 2e8],
])(
  '%s is the recipe of the authors',
  async (id, widths, cardinality, batch, gamma, probability, halfLife, over) => {
    const config = await configOf(id);
    const { channels, fullWidthTo, groupChannels, expansion } = config.generator as unknown as Record<
      'channels' | 'fullWidthTo' | 'groupChannels' | 'expansion',
      number
    >;
    const stages = Array.from(
      { length: Math.log2(sidesOf(config.resolution).height / 4) + 1 },
      (_, i) => 4 * 2 ** i,
    );
    const ours = stages.map((side) => channels / Math.max(1, side / fullWidthTo));
    expect(ours).toEqual(widths);
    expect(ours.map((width) => (width * expansion) / groupChannels)).toEqual(cardinality);
    expect(config.batchSize * config.accumulation).toBe(batch);
    expect(config.steps * batch).toBeGreaterThanOrEqual(over);
    const cosine = (from: number, to: number): object => ({
      from,
      to,
      over,
      start: 0,
      curve: 'cosine',
      unit: 'images',
    });
    const gammas = { gamma: cosine(gamma, gamma / 10), interval: 1 };
    const adam = { use: 'adam', beta1: 0, beta2: cosine(0.9, 0.99), epsilon: 1e-8, weightDecay: 0 };
    const rate = cosine(2e-4, 5e-5);
    expect(config).toMatchObject({
      flip: true,
      discriminatorSteps: 1,
      loss: { use: 'relativistic-pair' },
      regularizers: [
        { use: 'r1', ...gammas },
        { use: 'r2', ...gammas },
      ],
      augmentation: {
        use: 'ada',
        probability: cosine(0, probability),
        transforms: ['blit', 'geometry', 'color', 'cutout'],
        colorShare: 0.5,
      },
      prior: { use: 'normal' },
      generatorOptimizer: adam,
      discriminatorOptimizer: adam,
      learningRates: { generator: rate, discriminator: rate },
      schedule: { use: 'constant' },
      ema: { start: 0, halfLife: cosine(0, halfLife) },
      generator: { use: 'r3gan', blocks: 2, expansion: 2, latentSize: 64, embeddingSize: 64 },
      discriminator: { use: 'r3gan', channels, fullWidthTo, groupChannels, blocks: 2, expansion: 2 },
    });
  },
);
