import {
  isGanymedeError,
  type ComponentChoice,
  type Components,
  type FeatureExtractor,
} from '@ganymede/core';
import type { ResolvedConfig } from '@ganymede/config';
import { cannotMeasure, cellsFailed } from './errors.js';
import { chooseMetrics, expectMeasurable, openExtractor } from '@ganymede/evaluation';
import { openBackend } from '@ganymede/runs';
import type { ResolvedSweep } from './resolve-sweep.js';

const ofData: ReadonlySet<string> = new Set(['CLASSES_DIFFER', 'TOO_FEW_IMAGES']);

/**
 * Loads the extractors, makes the metrics, and matches data and reference once, so that missing weights, other classes
 * and too few images are told before hours of training.
 * @throws WEIGHTS_NOT_FOUND, UNKNOWN_COMPONENT, BAD_OPTION, DUPLICATE_NUMBER, CLASSES_DIFFER, TOO_FEW_IMAGES, and what
 * the reference throws, naming the cell where it is the cell's own
 */
export async function expectMeasuring(sweep: ResolvedSweep): Promise<void> {
  const { evaluate, host } = sweep;
  if (evaluate === null) return;
  const seen = new Set<string>();
  for (const { cell, config, plugins } of sweep.runs) {
    const extractor = evaluate.extractor ?? config.featureExtractor;
    const metrics = evaluate.metrics ?? config.metrics;
    const { reference, truncation } = evaluate;
    const samples = evaluate.samples ?? config.evaluate.samples;
    const { data, resolution, channels, strictData } = config;
    const key = JSON.stringify([extractor, metrics, data, resolution, channels, strictData, samples]);
    if (seen.has(key)) continue;
    seen.add(key);
    const container = await host.open({ plugins });
    try {
      const chosen = chooseMetrics(container, metrics);
      if (truncation) container.resolve('truncation', truncation);
      await withExtractor(container, config, extractor, (loaded) =>
        expectMeasurable(container, {
          config,
          metrics: chosen,
          extractor: loaded,
          samples,
          ...(reference && { reference }),
          ...(evaluate.referenceSamples !== undefined && { referenceSamples: evaluate.referenceSamples }),
        }),
      );
    } catch (error) {
      // What the sweep itself says of measuring is no cell's fault, but for its data.
      const isOfCell = isGanymedeError(error) && ofData.has(error.code);
      if (!isGanymedeError(error) || (evaluate.extractor && evaluate.metrics && !isOfCell)) throw error;
      const missing = error.code === 'WEIGHTS_NOT_FOUND' && !evaluate.extractor;
      throw cellsFailed([{ cell, error: missing ? cannotMeasure(error) : error }]);
    }
  }
}

async function withExtractor(
  container: Components,
  { backend: choice }: ResolvedConfig,
  extractor: ComponentChoice,
  use: (loaded: FeatureExtractor) => Promise<void>,
): Promise<void> {
  const { backend } = await openBackend(container, choice);
  try {
    const loaded = await openExtractor(container, extractor);
    try {
      await use(loaded);
    } finally {
      loaded.dispose();
    }
  } finally {
    backend.dispose();
  }
}
