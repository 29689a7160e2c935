import { biggan64 } from './biggan-64.js';
import type { Preset } from './preset.js';

/** `biggan-64` at a quarter of the width and an eighth of the batch: own images on a machine without a GPU. */
export const biggan64Small: Preset = {
  id: 'biggan-64-small',
  summary: 'BigGAN at 64 pixels for a machine without a GPU: ch 16, batch 32, attention at 32.',
  cites: ['arXiv:1809.11096'],
  config: {
    ...biggan64.config,
    generator: {
      use: 'biggan',
      channels: 16,
      attention: [32],
      latentSize: 80,
      hierarchical: true,
      sharedEmbedding: true,
      sharedSize: 32,
      initialization: 'orthogonal',
    },
    discriminator: { use: 'biggan', channels: 16, attention: [32], initialization: 'orthogonal' },
    learningRates: { generator: 2e-4, discriminator: 4e-4 },
    steps: 20_000,
    batchSize: 32,
    accumulation: 1,
    ema: { decay: 0.999, start: 500 },
    checkpoint: { every: 500, keepLast: 2 },
    sample: { every: 250, perClass: 8 },
  },
};
