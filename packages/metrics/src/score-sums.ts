import type {
  FeatureBatch,
  FeatureSetShape,
  FeatureSummary,
  GanymedeError,
  SummaryArrays,
  SummaryKind,
} from '@ganymede/core';
import { badSummary, missingFeaturePart, tooFewImages } from './errors.js';
import { partOf, type Matrix } from './feature-checks.js';

/**
 * Class probabilities of a set, summed split by split while they stream by: all that the Inception Score needs. Split i
 * of n holds images from floor(i count / n) to floor((i + 1) count / n).
 */
export class ScoreSums implements FeatureSummary {
  private readonly probabilities: Float64Array;
  private readonly entropies: Float64Array;
  private readonly counts: Float64Array;
  private seen = 0;

  /** @param count - images in the whole set; @param size - numbers in a row of logits */
  constructor(
    private readonly total: number,
    readonly size: number,
    readonly splits: number,
  ) {
    this.probabilities = new Float64Array(splits * size);
    this.entropies = new Float64Array(splits);
    this.counts = new Float64Array(splits);
  }

  static restore(total: number, size: number, splits: number, arrays: SummaryArrays): ScoreSums {
    const { probabilities, entropies, counts } = arrays;
    if (probabilities?.length !== splits * size || entropies?.length !== splits || counts?.length !== splits)
      throw badSummary('class scores', `${splits} splits of ${size} scores`, Object.keys(arrays).join(', '));
    const sums = new ScoreSums(total, size, splits);
    sums.probabilities.set(probabilities);
    sums.entropies.set(entropies);
    sums.counts.set(counts);
    sums.seen = sums.counts.reduce((a, b) => a + b, 0);
    return sums;
  }

  get count(): number {
    return this.seen;
  }

  async add(batch: FeatureBatch): Promise<void> {
    this.addLogits(partOf('class scores', batch, 'logits', this.size));
  }

  /** @param logits - checked already */
  addLogits({ values, count, size }: Matrix): void {
    const row = new Float64Array(size);
    for (let i = 0; i < count; i++, this.seen++) {
      const split = Math.min(this.splits - 1, splitOf(this.seen, this.total, this.splits));
      this.entropies[split] = this.entropies[split]! + softmax(values, i * size, row);
      this.counts[split] = this.counts[split]! + 1;
      for (let c = 0; c < size; c++)
        this.probabilities[split * size + c] = this.probabilities[split * size + c]! + row[c]!;
    }
  }

  /**
   * exp of the mean divergence of the images' class probabilities from their mean, for each split.
   * @throws TOO_FEW_IMAGES where a split has none
   */
  scores(): Float64Array {
    return this.counts.map((count, split) => {
      // Also in sums that ended early, whose last splits have none.
      if (count === 0) throw tooFewForSplits(this.seen, this.splits);
      let entropy = 0;
      for (let c = 0; c < this.size; c++) {
        const mean = this.probabilities[split * this.size + c]! / count;
        if (mean > 0) entropy += mean * Math.log(mean);
      }
      return Math.exp(this.entropies[split]! / count - entropy);
    });
  }

  async arrays(): Promise<SummaryArrays> {
    return { probabilities: this.probabilities, entropies: this.entropies, counts: this.counts };
  }
}

/** The split that an image belongs to: the one whose bounds, rounded down, enclose it. */
function splitOf(image: number, total: number, splits: number): number {
  return Math.ceil(((image + 1) * splits) / total) - 1;
}

/** Writes softmax of a row and gives sum p log p. */
function softmax(values: Float32Array | Float64Array, start: number, row: Float64Array): number {
  let most = -Infinity;
  for (let c = 0; c < row.length; c++) most = Math.max(most, values[start + c]!);
  let sum = 0;
  for (let c = 0; c < row.length; c++) sum += row[c] = Math.exp(values[start + c]! - most);
  const logSum = Math.log(sum);
  let entropy = 0;
  for (let c = 0; c < row.length; c++) {
    const probability = row[c]! / sum;
    row[c] = probability;
    entropy += probability * (values[start + c]! - most - logSum);
  }
  return entropy;
}

/** @throws BAD_FEATURE_SUMMARY for a summary of another kind */
export function scoreSumsOf(summary: FeatureSummary): ScoreSums {
  if (summary instanceof ScoreSums) return summary;
  throw badSummary('metric', 'sums of class scores', summary.constructor.name);
}

export function scoreSumsKind(splits: number): SummaryKind {
  const sizeIn = ({ logitSize }: FeatureSetShape): number => {
    if (logitSize === undefined) throw missingFeaturePart('class scores', 'logits');
    return logitSize;
  };
  return {
    key: `scores-${splits}`,
    create: (shape) => new ScoreSums(shape.count, sizeIn(shape), splits),
    restore: (shape, arrays) => ScoreSums.restore(shape.count, sizeIn(shape), splits, arrays),
  };
}

export const tooFewForSplits = (count: number, splits: number): GanymedeError =>
  tooFewImages('inception score', splits, count, 'Give more images, or take fewer splits.');
