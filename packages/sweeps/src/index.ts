export {
  type SeedStatistics,
  type SweepResultRow,
  type SweepResultRun,
  type SweepResults,
  collectResults,
} from './collect-results.js';
export { parseAxis } from './parse-axis.js';
export { type PlanSweepOptions, type PlannedRun, type SweepPlan, planSweep } from './plan-sweep.js';
export {
  type ResolveSweepOptions,
  type ResolvedSweep,
  type SweepCell,
  type SweepRun,
  resolveSweep,
} from './resolve-sweep.js';
export { resultsPlot } from './results-plot.js';
export { type ResultsTable, resultsMarkdown, resultsTable } from './results-table.js';
export { type RunSweepOptions, type SweepOutcome, runSweep } from './run-sweep.js';
export { mergeSweeps, parseSweep, readSweep, settingOf } from './sweep-document.js';
export { type RunEnd, type SweepEvent } from './sweep-events.js';
export { sweepJsonSchema } from './sweep-json-schema.js';
export { recordFolderOf, runFolderOf, sweepLayout, sweepsFolder } from './sweep-layout.js';
export { type SweepDocument, type SweepEvaluation, type SweepSpec, sweepSchema } from './sweep-schema.js';
export { type WrittenResults, writeResults } from './write-results.js';
