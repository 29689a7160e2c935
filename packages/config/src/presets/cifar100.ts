import { cifar10 } from './cifar10.js';
import type { Preset } from './preset.js';

/** BigGAN-PyTorch's `scripts/launch_cifar_ema.sh` with `--dataset C100`: as many images, ten times the classes. */
export const cifar100: Preset = {
  id: 'cifar100',
  summary: "BigGAN-PyTorch's CIFAR recipe on 100 classes: ch 64, batch 50, four discriminator steps.",
  cites: ['github:ajbrock/BigGAN-PyTorch'],
  config: { ...cifar10.config, sample: { every: 2000, perClass: 4 } },
};
