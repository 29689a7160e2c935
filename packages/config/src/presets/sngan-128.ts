import type { Preset } from './preset.js';

/**
 * BigGAN-PyTorch's `scripts/launch_SNGAN.sh`: SNGAN with a projection discriminator (arXiv:1802.05957, arXiv:1802.05637),
 * spectral norm in the generator, too, and no moving average. Its 100 epochs of ImageNet are 400,000 steps. The script's
 * discriminator has a first block of three hidden channels, the image's; here it is as wide as SNGAN's.
 */
export const sngan128: Preset = {
  id: 'sngan-128',
  summary: 'SNGAN at 128 pixels: ch 64, batch 64, five discriminator steps.',
  cites: ['arXiv:1802.05957', 'arXiv:1802.05637', 'github:ajbrock/BigGAN-PyTorch'],
  config: {
    data: { use: 'auto' },
    resolution: 128,
    generator: {
      use: 'sngan',
      channels: 64,
      spectralNorm: true,
      latentSize: 128,
      initialization: 'xavier',
      spectralNormEps: 1e-8,
      batchNormEps: 1e-5,
    },
    discriminator: { use: 'sngan', channels: 64, initialization: 'xavier', spectralNormEps: 1e-8 },
    loss: 'hinge',
    prior: 'normal',
    generatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.9, epsilon: 1e-8 },
    discriminatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.9, epsilon: 1e-8 },
    learningRates: { generator: 2e-4, discriminator: 2e-4 },
    steps: 400_000,
    batchSize: 64,
    discriminatorSteps: 5,
    ema: null,
    checkpoint: { every: 1000, keepLast: 2 },
    sample: { every: 1000, perClass: 8 },
    stabilizers: ['non-finite', 'spectrum', 'probe', 'collapse-guard'],
  },
};
