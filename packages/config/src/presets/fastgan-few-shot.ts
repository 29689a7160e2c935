import type { Preset } from './preset.js';

/**
 * FastGAN on its sets of 100 to 1,000 images at 256 pixels, with the numbers of its authors' `train.py`
 * (github:odegeasslbc/FastGAN-pytorch): `--im_size 256`, batch 8, 50,000 steps, DiffAugment of colour and translation, mirrored images,
 * D over real and generated images apart, an average of 0.999. There, the hinge's margin is drawn in [0.8, 1) for each logit; here it is
 * 1. There, a D step and the G step after it share their latents.
 */
export const fastganFewShot: Preset = {
  id: 'fastgan-few-shot',
  summary: "FastGAN's recipe for 100 to 1,000 images at 256 pixels: DiffAugment, self-supervision, batch 8.",
  cites: ['arXiv:2101.04775', 'github:odegeasslbc/FastGAN-pytorch'],
  config: {
    data: { use: 'auto' },
    resolution: 256,
    flip: true,
    generator: { use: 'fastgan', channels: 64, latentSize: 256 },
    discriminator: { use: 'fastgan', channels: 64 },
    loss: 'hinge',
    objectives: ['reconstruction'],
    augmentation: { use: 'diff-augment', policy: ['color', 'translation'] },
    prior: 'normal',
    generatorOptimizer: { use: 'adam', beta1: 0.5, beta2: 0.999, epsilon: 1e-8 },
    discriminatorOptimizer: { use: 'adam', beta1: 0.5, beta2: 0.999, epsilon: 1e-8 },
    learningRates: { generator: 2e-4, discriminator: 2e-4 },
    steps: 50_000,
    batchSize: 8,
    discriminatorSteps: 1,
    splitDiscriminator: true,
    ema: { decay: 0.999, start: 0 },
    checkpoint: { every: 1000, keepLast: 2 },
    sample: { every: 1000, perClass: 8 },
    stabilizers: ['non-finite', 'spectrum', 'probe', 'collapse-guard'],
  },
};
