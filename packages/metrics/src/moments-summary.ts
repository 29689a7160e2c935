import type {
  FeatureBatch,
  FeatureSetShape,
  FeatureSummary,
  SummaryArrays,
  SummaryKind,
} from '@ganymede/core';
import { badSummary, missingFeaturePart } from './errors.js';
import { partOf, type FeaturePart } from './feature-checks.js';
import type { Products } from './products.js';
import {
  momentsFromArrays,
  momentsToArrays,
  StreamingMoments,
  tooFewForCovariance,
  type Moments,
} from './streaming-moments.js';

/** Mean and covariance of one part of the features of a set, kept while they stream by. */
class MomentsSummary implements FeatureSummary {
  private finished: Moments | null;
  private readonly stream: StreamingMoments;

  constructor(
    private readonly part: FeaturePart,
    size: number,
    products: Products,
    restored: Moments | null = null,
  ) {
    // A restored summary takes no more batches, so its stream needs no buffers.
    this.stream = new StreamingMoments(restored ? 1 : size, products);
    this.finished = restored;
  }

  get count(): number {
    return this.finished?.count ?? this.stream.count;
  }

  async add(batch: FeatureBatch): Promise<void> {
    this.finished = null;
    await this.stream.add(partOf(this.part, batch, this.part, this.stream.size));
  }

  async moments(): Promise<Moments> {
    return (this.finished ??= await this.stream.finish());
  }

  async arrays(): Promise<SummaryArrays> {
    return momentsToArrays(await this.moments());
  }
}

/** @throws BAD_FEATURE_SUMMARY for a summary of another kind, TOO_FEW_IMAGES */
export async function momentsIn(summary: FeatureSummary): Promise<Moments> {
  if (summary instanceof MomentsSummary) return summary.moments();
  throw badSummary('metric', 'moments', summary.constructor.name);
}

/** @throws TOO_FEW_IMAGES where a set has no covariance */
export function expectCovariance(sets: readonly { readonly count: number }[]): void {
  for (const { count } of sets) if (count < 2) throw tooFewForCovariance(count);
}

/** Moments of features, of logits or of spatial features. */
export function momentsKind(part: FeaturePart, products: Products): SummaryKind {
  const sizeIn = (shape: FeatureSetShape): number => {
    const size = { features: shape.featureSize, logits: shape.logitSize, spatial: shape.spatialSize }[part];
    if (size === undefined) throw missingFeaturePart('moments', part);
    return size;
  };
  return {
    key: part === 'features' ? 'moments' : `moments-${part}`,
    create: (shape) => new MomentsSummary(part, sizeIn(shape), products),
    restore: (shape, arrays) =>
      new MomentsSummary(part, sizeIn(shape), products, momentsFromArrays(arrays, sizeIn(shape))),
  };
}
