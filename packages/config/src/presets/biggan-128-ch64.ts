import { biggan128 } from './biggan-128.js';
import type { Preset } from './preset.js';

/**
 * BigGAN-PyTorch's `scripts/launch_BigGAN_ch64_bs256x8.sh`. The script names the generator's width twice and the
 * discriminator's not at all; the default of that is 64, too.
 */
export const biggan128Ch64: Preset = {
  id: 'biggan-128-ch64',
  summary: 'biggan-128 at two thirds of the width: ch 64, batch 2048 in 8 micro-batches.',
  cites: ['arXiv:1809.11096', 'github:ajbrock/BigGAN-PyTorch'],
  config: {
    ...biggan128.config,
    generator: {
      use: 'biggan',
      channels: 64,
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
      channels: 64,
      attention: [64],
      initialization: 'orthogonal',
      spectralNormEps: 1e-6,
    },
  },
};
