import type { ResolvedConfig } from '@ganymede/config';
import { imagesPerStep } from '@ganymede/core';

type Schedule = Pick<ResolvedConfig, 'steps' | 'batchSize' | 'accumulation' | 'discriminatorSteps'>;

/** Real images that the discriminator sees in the whole run. */
export function imagesOf(config: Schedule): number {
  return config.steps * imagesPerStep(config);
}

/** Generator steps after which a run has seen as many images, to the nearest step; at least one. */
export function stepsForImages(images: number, config: Omit<Schedule, 'steps'>): number {
  return Math.max(1, Math.round(images / imagesPerStep(config)));
}
