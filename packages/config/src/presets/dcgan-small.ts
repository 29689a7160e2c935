import type { Preset } from './preset.js';

/**
 * A DCGAN with a projection discriminator, 0.6 million weights, and DiffAugment: what docs/cifar10.md measured on few images. Optimizers,
 * rates and D over real and generated images apart are those of pytorch/examples' `dcgan`; width, batch and average are its own.
 */
export const dcganSmall: Preset = {
  id: 'dcgan-small',
  summary: 'A narrow DCGAN at 32 pixels with DiffAugment: for few images, or half an hour, without a GPU.',
  cites: ['arXiv:1511.06434', 'arXiv:2006.10738', 'github:pytorch/examples'],
  config: {
    data: { use: 'auto' },
    resolution: 32,
    flip: true,
    generator: { use: 'dcgan', channels: 32, maxChannels: 256, latentSize: 128 },
    discriminator: { use: 'dcgan', channels: 32, maxChannels: 256 },
    loss: 'non-saturating',
    augmentation: 'diff-augment',
    prior: 'normal',
    generatorOptimizer: { use: 'adam', beta1: 0.5, beta2: 0.999, epsilon: 1e-8 },
    discriminatorOptimizer: { use: 'adam', beta1: 0.5, beta2: 0.999, epsilon: 1e-8 },
    learningRates: { generator: 2e-4, discriminator: 2e-4 },
    steps: 10_000,
    batchSize: 64,
    discriminatorSteps: 1,
    splitDiscriminator: true,
    ema: { decay: 0.999, start: 500 },
    checkpoint: { every: 1000, keepLast: 2 },
    sample: { every: 500, perClass: 8 },
    stabilizers: ['non-finite', 'spectrum', 'probe', 'collapse-guard'],
  },
};
