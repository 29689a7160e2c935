/**
 * Recipes that collapse and recipes that do not, small enough for minutes on two cores: the quickstart preset at half the
 * width and half the batch, with the changes that each names. All are watched at the same intervals; what watches changes
 * nothing of a run.
 */
const generator = {
  use: 'biggan',
  channels: 8,
  attention: [],
  latentSize: 64,
  hierarchical: true,
  sharedEmbedding: true,
  sharedSize: 32,
  initialization: 'orthogonal',
};
const discriminator = { use: 'biggan', channels: 8, attention: [], initialization: 'orthogonal' };

const common = {
  backend: { use: 'tensorflow', threads: 1 },
  precision: 'float32',
  steps: 1000,
  batchSize: 16,
  ema: null,
  log: { every: 1 },
  checkpoint: { every: 100, keepLast: 2 },
  sample: { every: 50, perClass: 16 },
  generator,
  discriminator,
  heldOut: 512,
  stabilizers: [
    { use: 'non-finite', action: 'warn' },
    { use: 'spectrum', interval: 10 },
    { use: 'probe', interval: 10 },
  ],
};

/** Rates that rise during the whole run: the samples are good before they are lost. */
const rising = { use: 'linear', warmupSteps: 1000 };

export const recipes = {
  rates: {
    collapses: true,
    what: 'learning rates that rise to ten times the preset',
    config: { learningRates: { generator: 5e-3, discriminator: 1e-2 }, schedule: rising },
  },
  unnormalized: {
    collapses: true,
    what: 'no spectral norm, rates that rise to eight times the preset',
    config: {
      generator: { ...generator, spectralNorm: false },
      discriminator: { ...discriminator, spectralNorm: false },
      learningRates: { generator: 4e-3, discriminator: 8e-3 },
      schedule: rising,
    },
  },
  overpowered: {
    collapses: true,
    what: 'a discriminator twice as wide, without spectral norm, whose rate rises to ten times the preset',
    config: {
      discriminator: { ...discriminator, channels: 16, spectralNorm: false },
      learningRates: { generator: 2e-3, discriminator: 1e-2 },
      schedule: rising,
    },
  },
  few: {
    collapses: true,
    what: '100 images, a discriminator twice as wide, at twice the rate',
    config: {
      data: { use: 'shapes', count: 120 },
      heldOut: 20,
      discriminator: { ...discriminator, channels: 16 },
      learningRates: { generator: 5e-4, discriminator: 2e-3 },
    },
  },
  quickstart: { collapses: false, what: 'the preset', config: {} },
  slow: {
    collapses: false,
    what: 'half the learning rates',
    config: { learningRates: { generator: 2.5e-4, discriminator: 5e-4 } },
  },
  r1: {
    collapses: false,
    what: 'with R1',
    config: { regularizers: [{ use: 'r1', gamma: 0.1, interval: 8 }] },
  },
  'non-saturating': {
    collapses: false,
    what: 'the non-saturating loss',
    config: { loss: 'non-saturating' },
  },
};

/** The config document of a recipe. */
export function documentOf(name, seed, extra = {}) {
  const { config } = recipes[name];
  return { preset: 'quickstart', ...common, ...config, seed, ...extra };
}
