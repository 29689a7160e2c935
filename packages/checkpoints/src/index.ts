export {
  assertHostTensor,
  type HostArrays,
  type HostDtype,
  type HostTensor,
  type HostTensors,
  parseSafetensors,
  safetensorsChunks,
  serializeSafetensors,
  type SafetensorsContent,
  type SafetensorsEntry,
} from '@ganymede/safetensors';
export { SafetensorsFile, readSafetensors, writeSafetensors } from './safetensors-file.js';
export { parseExact, stringifyExact } from './exact-json.js';
export { runLayout, stepFolderName } from './run-layout.js';
export { acquireRunLock, type RunLock } from './run-lock.js';
export { EventLog, readEvents, truncateEvents, type EventLogContent } from './event-log.js';
export {
  isRun,
  readBest,
  readEvaluation,
  readEvaluations,
  readRunConfig,
  runExists,
  writeBest,
  writeEvaluation,
  type Best,
} from './run-files.js';
export { RunFolder, type Resumption } from './run-folder.js';
export {
  checkpointSteps,
  latestCheckpoint,
  readCheckpoint,
  verifyCheckpoint,
  writeCheckpoint,
  type Checkpoint,
  type CheckpointContent,
  type LatestCheckpoint,
} from './checkpoint.js';
export {
  discardCheckpointsAfter,
  pruneCheckpoints,
  recoverCheckpoints,
  type Retention,
} from './checkpoint-retention.js';
export { readTorchFile, readTorchValue, type TorchValue } from './torch/read-torch-file.js';
export { writeTorchFile } from './torch/write-torch-file.js';
export {
  bigganNetworkOf,
  bigganPyTorchFormat,
  convertBigGanPyTorch,
  exportBigGanPyTorch,
  importBigGanPyTorch,
  withoutPrefix,
  type BigGanNetwork,
} from './importers/biggan-pytorch.js';
export {
  convertR3Gan,
  exportR3Gan,
  importR3Gan,
  r3ganNetworkOf,
  type R3GanNetwork,
} from './importers/r3gan.js';
export {
  bigganFlagsOf,
  bigganPyTorchRecipe,
  isBigGanPyTorchFlags,
  parseBigGanPyTorchFlags,
  type BigGanPyTorchFlags,
  type BigGanPyTorchRecipe,
} from './importers/biggan-flags.js';
export { guessBigGan, type BigGanGuess } from './importers/guess-biggan.js';
export { inModuleOrder } from './importers/module-order.js';
export { isTorchOptimizer, readTorchAdam, type TorchAdam } from './importers/torch-adam.js';
export {
  convertWeights,
  exportWeights,
  importWeights,
  type F32Tensor,
  type TargetShapes,
  type WeightFormat,
} from './importers/import-weights.js';
export { type WeightLayout } from './importers/weight-layout.js';
export {
  convertPretrainedBigGanDeep,
  isPretrainedBigGanDeepConfig,
  parsePretrainedBigGanDeepConfig,
  pretrainedBigGanDeepStatistics,
  type PretrainedBigGanDeepConfig,
} from './importers/pretrained-biggan-deep.js';
export { truncationStatisticsAt } from './importers/truncation-statistics.js';
