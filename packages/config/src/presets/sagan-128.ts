import type { Preset } from './preset.js';

/**
 * BigGAN-PyTorch's `scripts/launch_SAGAN_bs128x2_ema.sh`: SAGAN (arXiv:1805.08318) with a batch of 256, attention at 64
 * pixels and a moving average. Its 100 epochs of ImageNet are 500,000 steps.
 */
export const sagan128: Preset = {
  id: 'sagan-128',
  summary: 'SAGAN at 128 pixels: ch 64, batch 256 in 2 micro-batches, attention at 64.',
  cites: ['arXiv:1805.08318', 'github:ajbrock/BigGAN-PyTorch'],
  config: {
    data: { use: 'auto' },
    resolution: 128,
    generator: {
      use: 'sagan',
      channels: 64,
      attention: [64],
      latentSize: 128,
      initialization: 'xavier',
      spectralNormEps: 1e-8,
      batchNormEps: 1e-5,
    },
    discriminator: {
      use: 'sagan',
      channels: 64,
      attention: [64],
      initialization: 'xavier',
      spectralNormEps: 1e-8,
    },
    loss: 'hinge',
    prior: 'normal',
    generatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.999, epsilon: 1e-8 },
    discriminatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.999, epsilon: 1e-8 },
    learningRates: { generator: 1e-4, discriminator: 4e-4 },
    steps: 500_000,
    batchSize: 128,
    accumulation: 2,
    discriminatorSteps: 1,
    ema: { decay: 0.9999, start: 2000 },
    checkpoint: { every: 1000, keepLast: 2 },
    sample: { every: 1000, perClass: 8 },
    stabilizers: ['non-finite', 'spectrum', 'probe', 'collapse-guard'],
  },
};
