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
export { withChecksum } from './safetensors-checksum.js';
export {
  SafetensorsFile,
  readSafetensors,
  readSafetensorsContent,
  writeSafetensors,
} from './safetensors-file.js';
export { parseExact, stringifyExact } from './exact-json.js';
export { requestCheckpoint, takeCheckpointRequest } from './checkpoint-request.js';
export { checkpointsFolder, runLayout, stepFolderName, type StepsFolder } from './run-layout.js';
export { acquireRunLock, runOwner, type RunLock } from './run-lock.js';
export { EventLog, parseEvent, readEvents, truncateEvents, type EventLogContent } from './event-log.js';
export {
  isRun,
  readBest,
  readEvaluation,
  readEvaluations,
  readRunConfig,
  readRunEnvironment,
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
