export { type DataSettings, type OpenDatasetOptions, openDataset, strictHint } from './data/open-dataset.js';
export {
  type SelectedGroup,
  type SelectedIndices,
  type SelectionFile,
  readSelection,
  writeSelection,
} from './data/selected-images.js';
export { dataCache, referencesCache, weightsCache } from './engine/cache.js';
export { describeEnvironment } from './engine/environment.js';
export {
  type RecordedEnvironment,
  type RecordedPlugin,
  parseEnvironment,
} from './engine/recorded-environment.js';
export { type NetworkSpec, createDiscriminator, createGenerator } from './engine/networks.js';
export { joinWorkers } from './engine/join-workers.js';
export { openBackend } from './engine/open-backend.js';
export { resolvePrecision } from './engine/precision.js';
export { type HostTensor, assignVariables, readVariables } from './engine/variables.js';
export { dataOfRun, noCheckpoint } from './errors.js';
export { ImageGenerator } from './generator/image-generator.js';
export { type LatentBatch, drawLatents, labelsPerClass } from './generator/latents.js';
export { openDiscriminator } from './generator/open-discriminator.js';
export { type CheckpointChoice } from './generator/checkpoint-choice.js';
export {
  type OpenGeneratorOptions,
  type OpenedGenerator,
  checkpointFolder,
  latentSource,
  openGenerator,
} from './generator/open-generator.js';
export { accumulateStandingStatistics } from './generator/standing-statistics.js';
export { truncationStatisticsFile } from './generator/truncation-statistics.js';
export { type DataPartition, partitionOf } from './parts/data-partition.js';
export { sessionParts, openParts, openRunParts, type OpenPartsOptions } from './parts/open-parts.js';
export { type ImageSpace, type RunSettings, runParts } from './parts/run-parts.js';
export { type EmaSnapshotState, emaSnapshotSteps, readEmaSnapshot } from './training/ema-snapshot.js';
export { type Evaluator, type RunEvaluation } from './training/evaluator.js';
export { type InitialWeights } from './training/initial-weights.js';
export { train } from './training/train.js';
export { type SessionState, readSession, readTrained, type TrainedState } from './training/session-state.js';
export { TrainingSession, hostFloats } from './training/training-session.js';
export { type RunEvent, type TrainOptions, type TrainResult } from './types.js';
export { truncationStatisticsAt } from './generator/statistics-at-truncation.js';
export { watchOne } from './training/watch.js';
