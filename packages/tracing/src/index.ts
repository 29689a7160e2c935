export { tracedBatches, variableValues } from './any-batch.js';
export type { EngineInternals } from './engine-internals.js';
export { ReplicaOps, type Reduction } from './replica-ops.js';
export { resultProblem } from './result-problem.js';
export { RunQueue } from './run-queue.js';
export { SwappedVariables } from './swapped-variables.js';
export { inTraceScope } from './trace-scope.js';
export { userFrameOutside } from './user-frame.js';
