import type { Preset } from './preset.js';

/**
 * SNGAN on CIFAR-10 with a projection discriminator, after its authors' `configs/sn_cifar10_conditional.yml`
 * (github:pfnet-research/sngan_projection): rates that fall to 0 over 50,000 steps, and no moving average. There, a
 * generator step sees 128 latents; here as many as a discriminator step, 64.
 */
export const sngan32: Preset = {
  id: 'sngan-32',
  summary: "SNGAN's CIFAR-10 recipe: widths 256 and 128, batch 64, five discriminator steps, falling rates.",
  cites: ['arXiv:1802.05957', 'arXiv:1802.05637', 'github:pfnet-research/sngan_projection'],
  config: {
    data: { use: 'auto' },
    resolution: 32,
    generator: { use: 'sngan', channels: 64, latentSize: 128, initialization: 'xavier' },
    discriminator: { use: 'sngan', channels: 64, initialization: 'xavier' },
    loss: 'hinge',
    prior: 'normal',
    generatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.9, epsilon: 1e-8 },
    discriminatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.9, epsilon: 1e-8 },
    learningRates: { generator: 2e-4, discriminator: 2e-4 },
    schedule: { use: 'linear', decayStart: 0, decayEnd: 50_000 },
    steps: 50_000,
    batchSize: 64,
    discriminatorSteps: 5,
    ema: null,
    checkpoint: { every: 1000, keepLast: 2 },
    sample: { every: 1000, perClass: 8 },
    stabilizers: ['non-finite', 'spectrum', 'probe', 'collapse-guard'],
  },
};
