import { normal, orthogonal, xavier, zeros, type Initializer } from '@ganymede/ops';

/**
 * First values of weights by name: BigGAN's (`orthogonal`), CIFAR BigGAN's (`normal`, 0.02), SAGAN's (`xavier`); `zeros`
 * is for networks that are about to be loaded.
 */
export const initializations = ['orthogonal', 'normal', 'xavier', 'zeros'] as const;
export type Initialization = (typeof initializations)[number];

export function initializerOf(name: Initialization): Initializer {
  switch (name) {
    case 'orthogonal':
      return orthogonal;
    case 'normal':
      return normal(0.02);
    case 'xavier':
      return xavier;
    case 'zeros':
      return zeros;
  }
}
