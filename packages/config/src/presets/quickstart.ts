import type { Preset } from './preset.js';

/** Small enough that ten plain classes show after a few minutes on two cores of a laptop. */
export const quickstart: Preset = {
  id: 'quickstart',
  summary: 'Ten classes of plain shapes at 32 pixels, a small BigGAN: pictures in minutes on two cores.',
  config: {
    precision: 'auto',
    data: { use: 'shapes' },
    resolution: 32,
    generator: {
      use: 'biggan',
      channels: 16,
      attention: [],
      latentSize: 64,
      hierarchical: true,
      sharedEmbedding: true,
      sharedSize: 32,
      initialization: 'orthogonal',
    },
    discriminator: { use: 'biggan', channels: 16, attention: [], initialization: 'orthogonal' },
    loss: 'hinge',
    // Rates that a network this narrow on images this plain stands; wide ones want the paper's.
    generatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.99 },
    discriminatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.99 },
    learningRates: { generator: 5e-4, discriminator: 1e-3 },
    steps: 2400,
    batchSize: 32,
    discriminatorSteps: 1,
    ema: { decay: 0.99, start: 100 },
    checkpoint: { every: 250, keepLast: 2 },
    sample: { every: 100, perClass: 8 },
    // A run this short is over in few looks at the usual interval.
    stabilizers: ['non-finite', 'spectrum', { use: 'probe', interval: 25 }, 'collapse-guard'],
  },
};
