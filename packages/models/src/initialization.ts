import { normal, orthogonal, xavier, type Initializer } from '@ganymede/ops';

/** First values of weights by name: BigGAN's (`orthogonal`), CIFAR BigGAN's (`normal`, 0.02), SAGAN's (`xavier`). */
export const initializations = ['orthogonal', 'normal', 'xavier'] as const;
export type Initialization = (typeof initializations)[number];

export function initializerOf(name: Initialization): Initializer {
  switch (name) {
    case 'orthogonal':
      return orthogonal;
    case 'normal':
      return normal(0.02);
    case 'xavier':
      return xavier;
  }
}
