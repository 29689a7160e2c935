import type { Preset } from './preset.js';

/**
 * BigGAN-PyTorch's `scripts/launch_cifar_ema.sh`, and the defaults of its `utils.py` that the script leaves alone.
 * Its 500 epochs of 250 generator steps (50,000 images, 4 x 50 a step) are 125,000 steps. Without `--augment` it does
 * not mirror images.
 */
export const cifar10: Preset = {
  id: 'cifar10',
  summary: "BigGAN-PyTorch's CIFAR-10 recipe: ch 64, batch 50, four discriminator steps.",
  cites: ['github:ajbrock/BigGAN-PyTorch'],
  config: {
    data: { use: 'auto' },
    resolution: 32,
    flip: false,
    generator: {
      use: 'biggan',
      channels: 64,
      attention: [],
      latentSize: 128,
      hierarchical: false,
      sharedEmbedding: false,
      initialization: 'normal',
      spectralNormEps: 1e-8,
      batchNormEps: 1e-5,
    },
    discriminator: {
      use: 'biggan',
      channels: 64,
      attention: [],
      initialization: 'normal',
      spectralNormEps: 1e-8,
    },
    loss: 'hinge',
    prior: 'normal',
    generatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.999, epsilon: 1e-8 },
    discriminatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.999, epsilon: 1e-8 },
    learningRates: { generator: 2e-4, discriminator: 2e-4 },
    steps: 125_000,
    batchSize: 50,
    discriminatorSteps: 4,
    ema: { decay: 0.9999, start: 1000 },
    checkpoint: { every: 2000, keepLast: 2 },
    sample: { every: 2000, perClass: 8 },
    stabilizers: ['non-finite', 'spectrum', 'probe', 'collapse-guard'],
  },
};
