import type { Preset } from './preset.js';
import { r3ganConfig } from './r3gan-recipe.js';

/**
 * R3GAN on CIFAR-10 with classes: `--preset=CIFAR10 --cond=1 --batch=512 --gpus=8`. The paper's run saw 250 million images, in four days
 * on eight cards.
 */
export const r3ganCifar10: Preset = {
  id: 'r3gan-cifar10',
  summary: "R3GAN's CIFAR-10 recipe: four stages of 768, batch 512.",
  cites: ['arXiv:2501.05441', 'github:brownvc/R3GAN'],
  config: r3ganConfig({
    resolution: 32,
    channels: 768,
    fullWidthTo: 32,
    groupChannels: 16,
    gamma: 0.05,
    augmentation: 0.55,
    halfLife: 5e6,
    over: 2e7,
    batchSize: 64,
    accumulation: 8,
    steps: 488_281,
  }),
};
