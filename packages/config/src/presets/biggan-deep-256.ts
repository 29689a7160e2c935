import type { Preset } from './preset.js';

/**
 * The paper's recipe for BigGAN-deep at 256 pixels (arXiv:1809.11096, appendix C), where both rates are 2.5e-5. Widths
 * and attention at 64 pixels are those of the released weights.
 */
export const bigganDeep256: Preset = {
  id: 'biggan-deep-256',
  summary: 'BigGAN-deep at 256 pixels with the recipe of the paper: ch 128, batch 2048 in 32 micro-batches.',
  cites: ['arXiv:1809.11096'],
  config: {
    data: { use: 'auto' },
    resolution: 256,
    generator: {
      use: 'biggan-deep',
      channels: 128,
      depth: 2,
      attention: [64],
      latentSize: 128,
      sharedSize: 128,
      initialization: 'orthogonal',
      spectralNormEps: 1e-4,
      batchNormEps: 1e-4,
      outputNormEps: 1e-4,
    },
    discriminator: {
      use: 'biggan-deep',
      channels: 128,
      depth: 2,
      attention: [64],
      initialization: 'orthogonal',
      spectralNormEps: 1e-4,
    },
    loss: 'hinge',
    regularizers: [{ use: 'orthogonal', network: 'generator', strength: 1e-4 }],
    prior: 'normal',
    generatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.999, epsilon: 1e-8 },
    discriminatorOptimizer: { use: 'adam', beta1: 0, beta2: 0.999, epsilon: 1e-8 },
    learningRates: { generator: 2.5e-5, discriminator: 2.5e-5 },
    steps: 150_000,
    batchSize: 64,
    accumulation: 32,
    discriminatorSteps: 2,
    ema: { decay: 0.9999, start: 0 },
    checkpoint: { every: 1000, keepLast: 2 },
    sample: { every: 1000, perClass: 8 },
    stabilizers: ['non-finite', 'spectrum', 'probe', 'collapse-guard'],
  },
};
