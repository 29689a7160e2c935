import type { ComponentChoice, Dataset } from '@ganymede/core';
import { referencesCache } from '@ganymede/runs';
import { imageText } from './assemble-evaluation.js';
import type { FeatureReader, ReadOptions } from './feature-reader.js';
import type { ImageSet } from './image-set.js';
import type { ManifestPart } from './manifest.js';
import { referenceSummaries, type ChosenMetric, type ReferenceSummaries } from './measure.js';
import { ReferenceCache } from './reference-cache.js';

/** What images are measured against: real ones, and what metrics keep of them, which is found when it is first needed. */
export class Reference {
  private found: ReferenceSummaries | null = null;

  /** @param conditions - what the features depend on, as in the manifest */
  constructor(
    readonly images: ImageSet,
    readonly conditions: ManifestPart,
    private readonly metrics: readonly ChosenMetric[],
    private readonly reader: FeatureReader,
    private readonly isCached: boolean,
  ) {}

  /** Of one pass over the images, or of the cache; the same again afterwards. @throws EVALUATION_STOPPED */
  async summaries(reading: ReadOptions): Promise<ReferenceSummaries> {
    const { images, metrics, reader, conditions } = this;
    const cache = this.isCached ? new ReferenceCache(referencesCache()) : null;
    return (this.found ??= await referenceSummaries(images, metrics, reader, cache, conditions, reading));
  }
}

/** What the reference's features depend on. */
export function referenceConditions(
  { manifest }: Pick<FeatureReader, 'manifest'>,
  dataset: Dataset,
  real: ImageSet,
  { split }: ComponentChoice,
): ManifestPart {
  // The fingerprint says which images they are, wherever they lie; the split is repeated for readers.
  return {
    ...manifest,
    reference: dataset.name,
    referenceFingerprint: dataset.fingerprint,
    ...(typeof split === 'string' && { referenceSplit: split }),
    referenceImages: real.count,
    image: imageText(real.imageShape),
  };
}
