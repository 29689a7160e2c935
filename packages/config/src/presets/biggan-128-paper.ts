import type { Preset } from './preset.js';

/**
 * The paper's own recipe (arXiv:1809.11096, appendix C): two discriminator steps, rates of 5e-5 and 2e-4, an epsilon of
 * 1e-4 in batch and spectral norm, orthogonal regularization with a beta of 1e-4, an average from the first step on.
 * Its batch norm spans the batch of 2048; here statistics are per micro-batch of 256.
 */
export const biggan128Paper: Preset = {
  id: 'biggan-128-paper',
  summary:
    'BigGAN at 128 pixels with the rates of the paper: two discriminator steps, orthogonal regularization, batch 2048.',
  cites: ['arXiv:1809.11096'],
  config: {
    data: { use: 'auto' },
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
      spectralNormEps: 1e-4,
      batchNormEps: 1e-4,
    },
    discriminator: {
      use: 'biggan',
      channels: 96,
      attention: [64],
      initialization: 'orthogonal',
      spectralNormEps: 1e-4,
    },
    loss: 'hinge',
    regularizers: [{ use: 'orthogonal', network: 'generator', strength: 1e-4 }],
    prior: 'normal',
    generatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.999, epsilon: 1e-8 },
    discriminatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.999, epsilon: 1e-8 },
    learningRates: { generator: 5e-5, discriminator: 2e-4 },
    steps: 150_000,
    batchSize: 256,
    accumulation: 8,
    discriminatorSteps: 2,
    ema: { decay: 0.9999, start: 0 },
    checkpoint: { every: 1000, keepLast: 2 },
    sample: { every: 1000, perClass: 8 },
    stabilizers: ['non-finite', 'spectrum', 'probe', 'collapse-guard'],
  },
};
