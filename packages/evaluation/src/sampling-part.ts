import type { ComponentChoice } from '@ganymede/core';
import type { OpenedGenerator } from '@ganymede/runs';
import type { SamplerManifest } from '@ganymede/sampling';
import { flatOptions, prefixed, type ManifestPart } from './manifest.js';

/** Batches that standing statistics are averaged over. */
export const standingBatches = 16;

/**
 * How images came out of a generator: a manifest's part.
 * @param ofTruncation - whether the running statistics were those of the truncation
 * @param sampler - with all its options; numbers from before there were samplers say nothing of one, so none says nothing, too
 */
export function samplingPart(
  { isAverage }: Pick<OpenedGenerator, 'isAverage'>,
  statistics: 'running' | 'standing',
  truncation: ComponentChoice | undefined,
  ofTruncation = false,
  sampler: SamplerManifest | null = null,
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
    ...samplerPart(sampler),
  };
}

function samplerPart(sampler: SamplerManifest | null): ManifestPart {
  if (sampler === null) return {};
  const { use, ...options } = sampler;
  return { sampler: use, ...prefixed('sampler.', flatOptions(options)) };
}
