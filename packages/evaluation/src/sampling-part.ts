import type { ComponentChoice } from '@ganymede/core';
import type { OpenedGenerator } from '@ganymede/runs';
import { flatOptions, type ManifestPart } from './manifest.js';

/** Batches that standing statistics are averaged over. */
export const standingBatches = 16;

/**
 * How images came out of a generator: a manifest's part.
 * @param ofTruncation - whether the running statistics were those of the truncation
 */
export function samplingPart(
  { isAverage }: Pick<OpenedGenerator, 'isAverage'>,
  statistics: 'running' | 'standing',
  truncation: ComponentChoice | undefined,
  ofTruncation = false,
): ManifestPart {
  const { use = 'none', ...options } = truncation ?? {};
  return {
    weights: isAverage ? 'ema' : 'trained',
    statistics:
      statistics === 'standing'
        ? `standing (${standingBatches} batches)`
        : ofTruncation
          ? 'running, of the truncation'
          : 'running',
    truncation: use,
    ...flatOptions(options),
  };
}
