import { biggan64 } from './biggan-64.js';
import type { Preset } from './preset.js';

/** `biggan-64` with the deep networks; like it, this toolkit's own choice of batch and width for one GPU. */
export const bigganDeep64: Preset = {
  id: 'biggan-deep-64',
  summary: 'BigGAN-deep at 64 pixels for one GPU: ch 64, batch 256 in 4 micro-batches, attention at 32.',
  cites: ['arXiv:1809.11096'],
  config: {
    ...biggan64.config,
    generator: {
      use: 'biggan-deep',
      channels: 64,
      depth: 2,
      attention: [32],
      latentSize: 128,
      sharedSize: 128,
      initialization: 'orthogonal',
      spectralNormEps: 1e-6,
      batchNormEps: 1e-5,
    },
    discriminator: {
      use: 'biggan-deep',
      channels: 64,
      depth: 2,
      attention: [32],
      initialization: 'orthogonal',
      spectralNormEps: 1e-6,
    },
  },
};
