import type { Preset } from './preset.js';
import { r3ganConfig } from './r3gan-recipe.js';

/**
 * R3GAN on FFHQ at 256 pixels: `--preset=FFHQ-256 --batch=256 --gpus=8`. Its steps end with its schedules.
 */
export const r3ganFfhq256: Preset = {
  id: 'r3gan-ffhq256',
  summary: "R3GAN's FFHQ recipe at 256 pixels: widths 768 to 96, batch 256.",
  cites: ['arXiv:2501.05441', 'github:brownvc/R3GAN'],
  config: r3ganConfig({
    resolution: 256,
    channels: 768,
    fullWidthTo: 32,
    groupChannels: 16,
    gamma: 150,
    augmentation: 0.3,
    halfLife: 5e5,
    over: 2e7,
    batchSize: 32,
    accumulation: 8,
  }),
};
