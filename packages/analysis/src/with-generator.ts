import { evaluationCall, type PluginHost } from '@ganymede/core';
import {
  generatedImages,
  samplingPart,
  type ImageSet,
  type ManifestPart,
  describeVersions,
  subjectOfRun,
} from '@ganymede/evaluation';
import { ImageGenerator, latentSource, openGenerator, type OpenedGenerator } from '@ganymede/runs';
import type { AnalysisResult } from './analysis.js';
import type { AnalysisOptions } from './options.js';

/** A run's generator while it is analyzed, and what every result says of it. */
export interface AnalyzedGenerator {
  readonly opened: OpenedGenerator;
  readonly seed: number;
  /** Images of these labels, from latents of the seed, generated when they are read. */
  readonly generated: (labels: Int32Array) => ImageSet;
  readonly about: () => Pick<AnalysisResult, 'subject' | 'environment' | 'seconds'> & {
    readonly sampling: ManifestPart;
  };
}

/** Images that are generated at a time. */
const batchSize = 50;

/**
 * Opens a run's generator for as long as `body` takes. Needs no lock and changes nothing of the run.
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, NO_BEST_CHECKPOINT, WEIGHTS_MISMATCH
 */
export async function withGenerator<T>(
  host: PluginHost,
  options: AnalysisOptions,
  body: (analyzed: AnalyzedGenerator) => Promise<T>,
): Promise<T> {
  const start = host.clock.monotonic();
  const { seed = 0, truncation } = options;
  const opened = await openGenerator(host, { ...options, ema: options.ema ?? true });
  let images: ImageGenerator | null = null;
  try {
    const ofTruncation = await opened.useStatisticsOf(truncation);
    const source = latentSource(opened, truncation);
    images = new ImageGenerator(opened.backend, opened.generator, batchSize, evaluationCall);
    const generator = images;
    return await body({
      opened,
      seed,
      generated: (labels) => generatedImages(opened, generator, source, labels, seed),
      about: () => ({
        subject: subjectOfRun(options.run, opened.step),
        environment: describeVersions(opened.description, 'float32', seed),
        sampling: { ...samplingPart(opened, 'running', truncation, ofTruncation), seed },
        seconds: (host.clock.monotonic() - start) / 1000,
      }),
    });
  } finally {
    images?.dispose();
    await opened.close();
  }
}
