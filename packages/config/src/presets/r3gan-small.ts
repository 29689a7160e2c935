import type { Preset } from './preset.js';
import { r3ganConfig } from './r3gan-recipe.js';

/**
 * The recipe of `r3gan-cifar10` at a quarter of the width and an eighth of the batch, with schedules of a tenth of the length: what a
 * machine without a GPU trains.
 */
export const r3ganSmall: Preset = {
  id: 'r3gan-small',
  summary: 'R3GAN at 32 pixels for a machine without a GPU: four stages of 192, batch 64.',
  cites: ['arXiv:2501.05441', 'github:brownvc/R3GAN'],
  config: {
    ...r3ganConfig({
      resolution: 32,
      channels: 192,
      fullWidthTo: 32,
      groupChannels: 16,
      gamma: 0.05,
      augmentation: 0.55,
      halfLife: 5e5,
      over: 2e6,
      batchSize: 64,
      accumulation: 1,
    }),
    checkpoint: { every: 500, keepLast: 2 },
    sample: { every: 250, perClass: 8 },
  },
};
