export { allReduceSeconds, linkOf, sentBytes, type Link } from './all-reduce.js';
export { type ClusterInputs, type PlannedConfig } from './cluster-inputs.js';
export { bestInterval, type IntervalGoodput } from './failures/best-interval.js';
export { expectedGoodput, youngInterval } from './failures/daly.js';
export { type FailureModel, simulatedGoodput } from './failures/simulate-run.js';
export { expectedSlowest, jitterOf } from './failures/slowest.js';
export { StepDurations, type StepModel } from './failures/step-durations.js';
export { survive, type Survival } from './failures/survive.js';
export { computed, given, measured, type Known, type Source } from './known.js';
export { countNetworks, type LazyPenalty, type NetworkSizes, type RunSizes } from './network-sizes.js';
export { numbersOfFlags } from './numbers-of-flags.js';
export {
  type ClusterPlan,
  type ClusterPlanOptions,
  type GivenNumbers,
  planCluster,
  type PlannedRow,
} from './plan-cluster.js';
export { type Impossible, predict, type Prediction } from './predict.js';
export { quantities, type Point } from './quantities.js';
export { splitBatch, type BatchSplit } from './split-batch.js';
export { type Exchange, type ExchangingRecipe, stepExchanges } from './step-exchanges.js';
