import {
  defineComponent,
  type Caution,
  type Direction,
  type FeatureSetShape,
  type FeatureSummary,
  type Metric,
  type MetricResult,
} from '@ganymede/core';
import { z } from 'zod';
import { equalScores, fewForSplits, noDeviation } from './cautions.js';
import { oneClass } from './errors.js';
import { checkMatrix, type Matrix } from './feature-checks.js';
import { ScoreSums, scoreSumsKind, scoreSumsOf, tooFewForSplits } from './score-sums.js';

/** Of the schema, and of the function where it is called without one. */
const defaults = { splits: 10 };

const options = z.strictObject({
  splits: z
    .int()
    .positive()
    .default(defaults.splits)
    .describe('Parts that are scored one by one; the mean is reported.'),
});
export type InceptionScoreOptions = z.output<typeof options>;

export interface InceptionScoreValue {
  readonly mean: number;
  /** Population standard deviation over the splits, as the original code prints it: not an error of the mean; NaN for one. */
  readonly std: number;
  readonly splits: readonly number[];
}

function valueOf(scores: Float64Array): InceptionScoreValue {
  const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length;
  const std = scores.length > 1 ? Math.sqrt(variance) : Number.NaN;
  return { mean, std, splits: [...scores] };
}

/**
 * Inception Score (arXiv:1606.03498, section 4): exp E_x KL(p(y|x) || p(y)), over contiguous splits.
 * @param logits - class scores before softmax
 * @throws BAD_FEATURE_SHAPE, NON_FINITE_FEATURE, TOO_FEW_IMAGES
 */
export function inceptionScore(logits: Matrix, splits = defaults.splits): InceptionScoreValue {
  checkMatrix('logits', logits);
  const sums = new ScoreSums(logits.count, logits.size, splits);
  sums.addLogits(logits);
  return valueOf(sums.scores());
}

export class InceptionScore implements Metric {
  readonly outputs: Readonly<Record<string, Direction>> = {
    inceptionScore: 'higher',
    inceptionScoreStd: 'neither',
  };
  readonly needs = ['logits'] as const;
  readonly bootstraps = true;
  readonly summary;

  constructor(private readonly options: InceptionScoreOptions) {
    this.summary = scoreSumsKind(options.splits);
  }

  expectEnough(_real: FeatureSetShape, fake: FeatureSetShape): void {
    const { splits } = this.options;
    if (fake.count < splits) throw tooFewForSplits(fake.count, splits);
    // The score of one class is 1, whatever the images.
    if (fake.logitSize !== undefined && fake.logitSize < 2) throw oneClass('inception score', fake.logitSize);
  }

  async compute(_real: FeatureSummary, fake: FeatureSummary): Promise<MetricResult> {
    const sums = scoreSumsOf(fake);
    const { mean, std } = valueOf(sums.scores());
    return {
      numbers: { inceptionScore: mean, inceptionScoreStd: std },
      cautions: this.cautions(mean, Math.floor(sums.count / this.options.splits), sums.size),
    };
  }

  private cautions(score: number, perSplit: number, classes: number): readonly Caution[] {
    const numbers = ['inceptionScore'];
    return [
      ...(perSplit < classes ? [fewForSplits(numbers, perSplit, classes)] : []),
      ...(perSplit > 1 && score < 1 + 1e-9 ? [equalScores(numbers)] : []),
      ...(this.options.splits < 2 ? [noDeviation(['inceptionScoreStd'], 'splits')] : []),
    ];
  }
}

export const inceptionScoreMetric = defineComponent({
  slot: 'metric',
  id: 'inception-score',
  summary: 'How sure a classifier is of each image, and how evenly it sees all classes.',
  cites: ['arXiv:1606.03498', 'github:openai/improved-gan', 'github:toshas/torch-fidelity'],
  options,
  create: (given) => new InceptionScore(given),
});
