import type { Preset } from './preset.js';
import { r3ganConfig } from './r3gan-recipe.js';

/**
 * R3GAN on FFHQ at 64 pixels: `--preset=FFHQ-64 --batch=256 --gpus=8`. Its steps end with its schedules.
 */
export const r3ganFfhq64: Preset = {
  id: 'r3gan-ffhq64',
  summary: "R3GAN's FFHQ recipe at 64 pixels: widths 768 and 384, batch 256.",
  cites: ['arXiv:2501.05441', 'github:brownvc/R3GAN'],
  config: r3ganConfig({
    resolution: 64,
    channels: 768,
    fullWidthTo: 32,
    groupChannels: 16,
    gamma: 2,
    augmentation: 0.3,
    halfLife: 5e5,
    over: 2e7,
    batchSize: 32,
    accumulation: 8,
  }),
};
