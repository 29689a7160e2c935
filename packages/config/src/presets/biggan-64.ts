import type { Preset } from './preset.js';

/**
 * The 128-pixel recipe at 64 pixels, for one GPU: ch 64, batch 256, and attention at 32, half the image's size as at
 * 128. BigGAN-PyTorch has the architecture and no script for it, so batch and width are this toolkit's choice.
 */
export const biggan64: Preset = {
  id: 'biggan-64',
  summary: 'BigGAN at 64 pixels for one GPU: ch 64, batch 256 in 4 micro-batches, attention at 32.',
  cites: ['arXiv:1809.11096'],
  config: {
    data: { use: 'auto' },
    resolution: 64,
    generator: {
      use: 'biggan',
      channels: 64,
      attention: [32],
      latentSize: 120,
      hierarchical: true,
      sharedEmbedding: true,
      sharedSize: 128,
      initialization: 'orthogonal',
      spectralNormEps: 1e-6,
      batchNormEps: 1e-5,
    },
    discriminator: {
      use: 'biggan',
      channels: 64,
      attention: [32],
      initialization: 'orthogonal',
      spectralNormEps: 1e-6,
    },
    loss: 'hinge',
    prior: 'normal',
    generatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.999, epsilon: 1e-6 },
    discriminatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.999, epsilon: 1e-6 },
    learningRates: { generator: 1e-4, discriminator: 4e-4 },
    steps: 100_000,
    batchSize: 64,
    accumulation: 4,
    discriminatorSteps: 1,
    ema: { decay: 0.9999, start: 10_000 },
    checkpoint: { every: 1000, keepLast: 2 },
    sample: { every: 1000, perClass: 8 },
    stabilizers: ['non-finite', 'spectrum', 'probe', 'collapse-guard'],
  },
};
