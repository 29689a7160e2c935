import type { Preset } from './preset.js';

/**
 * The paper's recipe at 512 pixels (arXiv:1809.11096, appendix C), which is that of 128 pixels; a latent of eight chunks
 * of 20, and attention at 64 pixels in both networks, as in compare_gan.
 */
export const biggan512: Preset = {
  id: 'biggan-512',
  summary: 'BigGAN at 512 pixels with the recipe of the paper: ch 96, batch 2048 in 64 micro-batches.',
  cites: ['arXiv:1809.11096'],
  config: {
    data: { use: 'auto' },
    resolution: 512,
    generator: {
      use: 'biggan',
      channels: 96,
      attention: [64],
      latentSize: 160,
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
    batchSize: 32,
    accumulation: 64,
    discriminatorSteps: 2,
    ema: { decay: 0.9999, start: 0 },
    checkpoint: { every: 1000, keepLast: 2 },
    sample: { every: 1000, perClass: 8 },
    stabilizers: ['non-finite', 'spectrum', 'probe', 'collapse-guard'],
  },
};
