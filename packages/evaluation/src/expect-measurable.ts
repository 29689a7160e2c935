import {
  isGanymedeError,
  type ComponentChoice,
  type Components,
  type Dataset,
  type FeatureExtractor,
} from '@ganymede/core';
import type { ResolvedConfig } from '@ganymede/config';
import { openDataset } from '@ganymede/runs';
import { shapeOfFeatures } from './feature-reader.js';
import { datasetImages } from './image-set.js';
import { matchReference } from './match-reference.js';
import { expectEnough, type ChosenMetric } from './measure.js';

export interface PlannedMeasurement {
  /** Of the run that will be trained, then measured. */
  readonly config: ResolvedConfig;
  readonly metrics: readonly ChosenMetric[];
  /** Loaded. */
  readonly extractor: FeatureExtractor;
  /** Generated images. */
  readonly samples: number;
  /** Other images than the run's own. */
  readonly reference?: ComponentChoice;
  readonly referenceSamples?: number;
}

/**
 * Opens the data that a run will have and what it will be measured against, and matches their classes and sizes as the
 * measurement will: what it would refuse after hours of training is refused before the first step. A run's own data
 * that cannot be opened is left to the run, which tells it as its own failure.
 * @throws CLASSES_DIFFER, TOO_FEW_IMAGES, and what the reference throws
 */
export async function expectMeasurable(container: Components, planned: PlannedMeasurement): Promise<void> {
  const { config, metrics, extractor, samples, reference, referenceSamples } = planned;
  const open = (choice: ComponentChoice): Promise<Dataset> => openDataset(container, choice, config);
  const own = await open(config.data).catch((error: unknown) => {
    if (!isGanymedeError(error)) throw error;
    return null;
  });
  if (own === null) return;
  try {
    const against = reference ? await open(reference) : own;
    try {
      matchReference({
        classes: { count: own.classes.length, names: own.classes },
        reference: against.name,
        referenceClasses: against.classes,
        metrics: metrics.map(({ metric }) => metric),
      });
      expectEnough(metrics, shapeOfFeatures(extractor, datasetImages(against, 0, referenceSamples)), samples);
    } finally {
      if (against !== own) await against.close();
    }
  } finally {
    await own.close();
  }
}
