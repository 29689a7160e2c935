export {
  type ClassificationAccuracyOptions,
  measureClassificationAccuracy,
} from './classification-accuracy.js';
export {
  type TrainExtractorOptions,
  type TrainedExtractor,
  trainExtractor,
} from './classifier/train-extractor.js';
export {
  type Comparison,
  type ComparisonCaution,
  type ComparisonColumn,
  type ComparisonRow,
  type StoredEvaluation,
  compareEvaluations,
  evaluationsOf,
  parseEvaluation,
  storedEvaluations,
} from './compare.js';
export { evaluateImages } from './evaluate-images.js';
export { evaluateRun } from './evaluate-run.js';
export { generatedImages } from './generated-images.js';
export { evaluatorPart } from './evaluator-part.js';
export { expectMeasurable, type PlannedMeasurement } from './expect-measurable.js';
export { FeatureReader } from './feature-reader.js';
export { type ImageSet, datasetImages, imagesOf, matchingLabels } from './image-set.js';
export {
  type Evaluation,
  type Manifest,
  type ManifestPart,
  type ManifestValue,
  conditionsOf,
  differingConditions,
} from './manifest.js';
export { chooseMetrics } from './measure.js';
export { openExtractor } from './open-extractor.js';
export { samplingPart } from './sampling-part.js';
export { type PathLengthRunOptions, measurePathLength } from './path-length.js';
export { type KeptEvaluation } from './keep-evaluation.js';
export { ReferenceCache } from './reference-cache.js';
export { subjectOfRun } from './assemble-evaluation.js';
export { type ChosenTruncation, readChosen } from './truncation/chosen-truncation.js';
export { truncationOfOtherStep } from './truncation/errors.js';
export {
  type SweepOptions,
  type TruncationCurve,
  type TruncationGoal,
  type TruncationStep,
  chooseTruncation,
  defaultThresholds,
  sweepTruncation,
} from './truncation/truncation-curve.js';
export { withStatistics } from './truncation/with-statistics.js';
export {
  type WrittenCurves,
  samplesOf,
  withoutArrays,
  writeCurves,
  expectWritableCurves,
} from './truncation/write-curves.js';
export {
  type EvaluateImagesOptions,
  type EvaluateProgress,
  type EvaluateRunOptions,
  type MeasureOptions,
} from './types.js';
export { describeVersions } from './versions.js';
export { type SelectedImages, type SelectImagesOptions, selectImages } from './selection/select-images.js';
