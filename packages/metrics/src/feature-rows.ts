import type {
  FeatureBatch,
  FeatureSetShape,
  FeatureSummary,
  SummaryArrays,
  SummaryKind,
} from '@ganymede/core';
import { DistinctRows } from './distinct-rows.js';
import { badFeatureShape, badSummary } from './errors.js';
import { labelsOf, partOf, type Matrix } from './feature-checks.js';

/** All features of a set, in order, with labels where the images have them: 400 MB for 50 000 of 2048 numbers. */
export class FeatureRows implements FeatureSummary {
  private readonly values: Float32Array;
  private readonly classes: Int32Array;
  private labelled = 0;
  private seen = 0;
  private different: DistinctRows | null = null;

  constructor(private readonly shape: FeatureSetShape) {
    this.values = new Float32Array(shape.count * shape.featureSize);
    this.classes = new Int32Array(shape.count);
  }

  get count(): number {
    return this.seen;
  }

  /** The rows that are in; not a copy. */
  get matrix(): Matrix {
    const { featureSize: size } = this.shape;
    return { values: this.values.subarray(0, this.seen * size), count: this.seen, size };
  }

  /** Null unless every image came with a label. */
  get labels(): Int32Array | null {
    return this.labelled === this.seen ? this.classes.subarray(0, this.seen) : null;
  }

  /** The rows that are in, each once. */
  get distinct(): DistinctRows {
    return (this.different ??= new DistinctRows(this.matrix));
  }

  /** Features that are the same in every row. */
  get constant(): number {
    const { values } = this;
    const { featureSize: size } = this.shape;
    let constant = 0;
    for (let j = 0; j < size; j++) {
      let row = 1;
      while (row < this.seen && values[row * size + j] === values[j]) row += 1;
      if (row >= this.seen) constant += 1;
    }
    return constant;
  }

  async add(batch: FeatureBatch): Promise<void> {
    this.append(batch);
  }

  /** @throws FEATURE_PART_MISSING, BAD_FEATURE_SHAPE, NON_FINITE_FEATURE */
  append(batch: FeatureBatch): void {
    const { count, featureSize: size } = this.shape;
    const rows = partOf('features', batch, 'features', size);
    if (this.seen + rows.count > count)
      throw badFeatureShape('features', `${count} rows in all`, `${this.seen + rows.count}`);
    this.values.set(rows.values, this.seen * size);
    if (batch.labels) {
      this.classes.set(labelsOf('features', batch), this.seen);
      this.labelled += rows.count;
    }
    this.seen += rows.count;
    this.different = null;
  }

  async arrays(): Promise<SummaryArrays> {
    const { labels } = this;
    return { features: this.matrix.values, ...(labels && { labels }) };
  }
}

/** @throws BAD_FEATURE_SUMMARY for a summary of another kind */
export function featureRowsOf(summary: FeatureSummary): FeatureRows {
  if (summary instanceof FeatureRows) return summary;
  throw badSummary('metric', 'all features of the set', summary.constructor.name);
}

export const featureRowsKind: SummaryKind = {
  key: 'features',
  create: (shape) => new FeatureRows(shape),
  restore: (shape, { features, labels }) => {
    if (!(features instanceof Float32Array) || (labels && !(labels instanceof Int32Array)))
      throw badSummary('features', 'float32 features and int32 labels', 'others');
    const rows = new FeatureRows(shape);
    const count = features.length / shape.featureSize;
    rows.append({ count, features, ...(labels && { labels }) });
    return rows;
  },
};
