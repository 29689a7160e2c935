import { biggan128 } from './biggan-128.js';
import type { Preset } from './preset.js';

/** BigGAN-PyTorch's `scripts/launch_BigGAN_bs512x4.sh`: the same batch of 2048 in fewer, larger parts. */
export const biggan128Bs512x4: Preset = {
  id: 'biggan-128-bs512x4',
  summary: 'biggan-128 with its batch of 2048 in 4 micro-batches of 512, for more memory.',
  cites: ['arXiv:1809.11096', 'github:ajbrock/BigGAN-PyTorch'],
  config: { ...biggan128.config, batchSize: 512, accumulation: 4 },
};
