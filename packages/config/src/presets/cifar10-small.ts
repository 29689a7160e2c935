import { cifar10 } from './cifar10.js';
import type { Preset } from './preset.js';

/** The recipe of `cifar10` with half the width: what a laptop trains. */
export const cifar10Small: Preset = {
  id: 'cifar10-small',
  summary: 'The CIFAR-10 recipe at half the width, for a machine without a GPU.',
  cites: ['github:ajbrock/BigGAN-PyTorch'],
  config: {
    ...cifar10.config,
    generator: {
      use: 'biggan',
      channels: 32,
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
      channels: 32,
      attention: [],
      initialization: 'normal',
      spectralNormEps: 1e-8,
    },
    steps: 50_000,
    checkpoint: { every: 1000, keepLast: 2 },
    sample: { every: 500, perClass: 8 },
  },
};
