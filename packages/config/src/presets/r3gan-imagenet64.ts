import type { Preset } from './preset.js';
import { r3ganConfig } from './r3gan-recipe.js';

/**
 * R3GAN on ImageNet at 64 pixels with classes: `--preset=ImageNet-64 --cond=1 --batch=4096 --gpus=64`. Its steps end with its
 * schedules.
 */
export const r3ganImagenet64: Preset = {
  id: 'r3gan-imagenet64',
  summary: "R3GAN's ImageNet recipe at 64 pixels: five stages of 1536, batch 4096.",
  cites: ['arXiv:2501.05441', 'github:brownvc/R3GAN'],
  config: r3ganConfig({
    resolution: 64,
    channels: 1536,
    fullWidthTo: 64,
    groupChannels: 32,
    gamma: 1,
    augmentation: 0.4,
    halfLife: 5e7,
    over: 2e8,
    batchSize: 64,
    accumulation: 64,
  }),
};
