import type { Preset } from './preset.js';

/**
 * BigGAN-PyTorch's headline script, `scripts/launch_BigGAN_bs256x8.sh`: batch 2048 as 8 micro-batches of 256, and
 * the paper's architecture (arXiv:1809.11096, appendix B). 150,000 generator steps are what its
 * README calls the script's length.
 */
export const biggan128: Preset = {
  id: 'biggan-128',
  summary:
    'BigGAN at 128 pixels as trained on ImageNet: ch 96, batch 2048 in 8 micro-batches, attention at 64.',
  cites: ['arXiv:1809.11096', 'github:ajbrock/BigGAN-PyTorch'],
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
      spectralNormEps: 1e-6,
      batchNormEps: 1e-5,
    },
    discriminator: {
      use: 'biggan',
      channels: 96,
      attention: [64],
      initialization: 'orthogonal',
      spectralNormEps: 1e-6,
    },
    loss: 'hinge',
    prior: 'normal',
    generatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.999, epsilon: 1e-6 },
    discriminatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.999, epsilon: 1e-6 },
    learningRates: { generator: 1e-4, discriminator: 4e-4 },
    steps: 150_000,
    batchSize: 256,
    accumulation: 8,
    discriminatorSteps: 1,
    ema: { decay: 0.9999, start: 20_000 },
    checkpoint: { every: 1000, keepLast: 2 },
    sample: { every: 1000, perClass: 8 },
    stabilizers: ['non-finite', 'spectrum', 'probe', 'collapse-guard'],
  },
};
