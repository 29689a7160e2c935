import { isGanymedeError, type ComponentChoice, type Components } from '@ganymede/core';
import type { ResolvedConfig } from '@ganymede/config';
import { cannotMeasure, cellsFailed } from './errors.js';
import { chooseMetrics } from '@ganymede/evaluation';
import { openBackend } from '@ganymede/runs';
import type { ResolvedSweep } from './resolve-sweep.js';

/**
 * Loads the extractors and makes the metrics once, so that missing weights are told before hours of training.
 * @throws WEIGHTS_NOT_FOUND, UNKNOWN_COMPONENT, BAD_OPTION, DUPLICATE_NUMBER, naming the cell where it is the cell's own
 */
export async function expectMeasuring(sweep: ResolvedSweep): Promise<void> {
  const { evaluate, host } = sweep;
  if (evaluate === null) return;
  const seen = new Set<string>();
  for (const { cell, config, plugins } of sweep.runs) {
    const extractor = evaluate.extractor ?? config.featureExtractor;
    const metrics = evaluate.metrics ?? config.metrics;
    const { reference, truncation } = evaluate;
    const key = JSON.stringify([extractor, metrics]);
    if (seen.has(key)) continue;
    seen.add(key);
    const container = await host.open({ plugins });
    try {
      chooseMetrics(container, metrics);
      if (truncation) container.resolve('truncation', truncation);
      if (reference) container.resolve('dataset', reference);
      await loadOnce(container, config, extractor);
    } catch (error) {
      if (!isGanymedeError(error) || (evaluate.extractor && evaluate.metrics)) throw error;
      const missing = error.code === 'WEIGHTS_NOT_FOUND' && !evaluate.extractor;
      throw cellsFailed([{ cell, error: missing ? cannotMeasure(error) : error }]);
    }
  }
}

async function loadOnce(
  container: Components,
  { backend: choice }: ResolvedConfig,
  extractor: ComponentChoice,
): Promise<void> {
  const { backend } = await openBackend(container, choice);
  try {
    const loaded = container.resolve('featureExtractor', extractor);
    try {
      await loaded.load();
    } finally {
      loaded.dispose();
    }
  } finally {
    backend.dispose();
  }
}
