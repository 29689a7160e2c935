import type { Preset } from './preset.js';

/** Small enough that ten plain classes show after a few minutes on two cores of a laptop. */
export const quickstart: Preset = {
  id: 'quickstart',
  summary:
    'Ten classes of plain shapes at 32 pixels, a small BigGAN: pictures in about five minutes on two cores.',
  config: {
    data: { use: 'shapes' },
    resolution: 32,
    generator: {
      use: 'biggan',
      channels: 16,
      attention: [],
      latentSize: 64,
      hierarchical: false,
      sharedEmbedding: false,
      initialization: 'normal',
    },
    discriminator: { use: 'biggan', channels: 16, attention: [], initialization: 'normal' },
    loss: 'hinge',
    learningRates: { generator: 2e-4, discriminator: 4e-4 },
    steps: 1000,
    batchSize: 32,
    discriminatorSteps: 2,
    ema: { decay: 0.99, start: 100 },
    checkpoint: { every: 250, keepLast: 2 },
    sample: { every: 100, perClass: 8 },
    stabilizers: ['non-finite'],
  },
};
