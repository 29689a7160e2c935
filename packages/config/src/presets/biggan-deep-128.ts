import { biggan128 } from './biggan-128.js';
import type { Preset } from './preset.js';

/**
 * BigGAN-PyTorch's `scripts/launch_BigGAN_deep.sh`, of which its README says that it was not trained to the end. The
 * script's `--hier` gives every block all of z in the deep networks, as they always have it here.
 */
export const bigganDeep128: Preset = {
  id: 'biggan-deep-128',
  summary: 'BigGAN-deep at 128 pixels: ch 128, two blocks a resolution, batch 2048 in 8 micro-batches.',
  cites: ['arXiv:1809.11096', 'github:ajbrock/BigGAN-PyTorch'],
  config: {
    ...biggan128.config,
    generator: {
      use: 'biggan-deep',
      channels: 128,
      depth: 2,
      attention: [64],
      latentSize: 128,
      sharedSize: 128,
      initialization: 'orthogonal',
      spectralNormEps: 1e-6,
      batchNormEps: 1e-5,
    },
    discriminator: {
      use: 'biggan-deep',
      channels: 128,
      depth: 2,
      attention: [64],
      initialization: 'orthogonal',
      spectralNormEps: 1e-6,
    },
    checkpoint: { every: 500, keepLast: 2 },
  },
};
