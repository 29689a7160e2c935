import { basename } from 'node:path';
import type { OpenedGenerator } from '@ganymede/runs';
import type { DrawOptions, SampleManifest, SampleResult } from './types.js';

/** @param ofTruncation - whether the running statistics were those of the truncation */
export function sampleManifest(
  { step, isAverage, classes }: Pick<OpenedGenerator, 'step' | 'isAverage' | 'classes'>,
  { seed, statistics, truncation, mixture, latents }: DrawOptions,
  { labels, sampling }: Pick<SampleResult, 'labels' | 'sampling'>,
  ofTruncation: boolean,
): SampleManifest {
  return {
    step,
    weights: isAverage ? 'ema' : 'trained',
    statistics: statistics === 'running' && ofTruncation ? 'running, of the truncation' : statistics,
    truncation: truncation ?? 'none',
    seed,
    drawnClasses: [...new Set(labels)].map((label) => classes[label] ?? String(label)),
    ...(mixture && { mixture }),
    ...(latents !== undefined && { latents: basename(latents) }),
    ...(sampling && {
      sampler: sampling.sampler,
      samplerReport: sampling.report,
      samplerCautions: sampling.cautions.map(({ text }) => text),
    }),
  };
}

/** The manifest as a header of safetensors has it: texts by key. */
export function manifestTexts(manifest: SampleManifest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(manifest).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
