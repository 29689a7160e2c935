import type { Preset } from './preset.js';
import { r3ganConfig } from './r3gan-recipe.js';

/**
 * R3GAN on ImageNet at 32 pixels with classes: `--preset=ImageNet-32 --cond=1 --batch=4096 --gpus=32`. Its steps end with its
 * schedules.
 */
export const r3ganImagenet32: Preset = {
  id: 'r3gan-imagenet32',
  summary: "R3GAN's ImageNet recipe at 32 pixels: four stages of 1536, batch 4096.",
  cites: ['arXiv:2501.05441', 'github:brownvc/R3GAN'],
  config: r3ganConfig({
    resolution: 32,
    channels: 1536,
    fullWidthTo: 32,
    groupChannels: 32,
    gamma: 0.5,
    augmentation: 0.5,
    halfLife: 5e7,
    over: 2e8,
    batchSize: 128,
    accumulation: 32,
  }),
};
