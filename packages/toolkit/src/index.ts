export {
  type Analysis,
  type AnalysisKind,
  analysisKinds,
  type AnalysisOptions,
  type AnalysisProgress,
  type AnalyzeDirectionsOptions,
  type AnalyzeLogitsOptions,
  type AnalyzeNeighboursOptions,
  type AnalyzeSpectrumOptions,
  type DirectionsDetails,
  directionsOf,
  type Evidence,
  type FoundDirection,
  inspect,
  type Inspection,
  type InspectOptions,
  type LogitsDetails,
  type NeighboursDetails,
  type ProjectImagesOptions,
  type ProjectionDetails,
  type RunSeries,
  type Series,
  type SpectrumComparison,
  storedAnalyses,
  type StoredAnalysis,
  type WrittenAnalysis,
} from '@ganymede/analysis';
export { writeSafetensors } from '@ganymede/checkpoints';
export {
  absolute,
  type Assignment,
  choiceFrom,
  type ComponentDescription,
  type ComponentKey,
  componentKeys,
  configDifferences,
  type ConfigDocument,
  configJsonSchema,
  type ConfigSources,
  describeComponents,
  describeOrigin,
  type Difference,
  findPreset,
  findRun,
  formatConfig,
  type JsonSchema,
  type LoadedConfig,
  nearest,
  newRunFolder,
  type OptionDescription,
  type Origin,
  originOf,
  parseAssignment,
  pathOptions,
  type Preset,
  presets,
  recipeDifferences,
  type ResolvedConfig,
  runConfigSchema,
  runsFolder,
} from '@ganymede/config';
export { type CheckedChoice, type ComponentChoice, type RegisteredComponent } from '@ganymede/core';
export {
  chooseTruncation,
  type ClassificationAccuracyOptions,
  compareEvaluations,
  type Comparison,
  type ComparisonCaution,
  type ComparisonColumn,
  type ComparisonRow,
  conditionsOf,
  defaultThresholds,
  differingConditions,
  type EvaluateImagesOptions,
  type EvaluateProgress,
  type EvaluateRunOptions,
  type Evaluation,
  type Manifest,
  type ManifestPart,
  type ManifestValue,
  type MeasureOptions,
  parseEvaluation,
  type PathLengthRunOptions,
  type StoredEvaluation,
  storedEvaluations,
  type SweepOptions,
  type TrainedExtractor,
  type TrainExtractorOptions,
  type TruncationCurve,
  type TruncationGoal,
  type TruncationStep,
  withoutArrays,
  writeCurves,
  type WrittenCurves,
} from '@ganymede/evaluation';
export { type WebExport, type WebExportOptions } from '@ganymede/exporters';
export { imagePngs, type PlotPanel, type PlotSeries, sheetPng, svgPlot, writeSheet } from '@ganymede/figures';
export {
  configOfWeights,
  type ExportFormat,
  exportFormats,
  type ExportOptions,
  type ExportResult,
  exportRun,
  type ImportedWeights,
  type ImportOptions,
  type ImportResult,
  type Moments,
  type NetworkName,
  networkNames,
  type NetworkWeights,
  openWeights,
  type WeightsConfigSources,
} from '@ganymede/importers';
export {
  type BenchOptions,
  type BenchReport,
  type CheckpointChoice,
  type ClassList,
  type ClassMatch,
  type DataPartition,
  formatClassList,
  type ImageSpace,
  type InterpolateOptions,
  type InterpolateResult,
  type Interpolation,
  type ListedClass,
  matchClasses,
  type NamedArray,
  parseClassList,
  type PhaseTime,
  type PlanReport,
  type RunEvent,
  runParts,
  type RunSettings,
  type SampleFormat,
  sampleFormats,
  type SampleOptions,
  type SampleResult,
  type TrainOptions,
  type TrainResult,
  type Varying,
  writeInterpolation,
  writeNpz,
  writeSamples,
  type WriteSamplesOptions,
} from '@ganymede/runs';
export {
  type InstalledLibrary as InstalledTensorFlow,
  installLibrary as installTensorFlow,
  type InstallProgress as TensorFlowInstallProgress,
} from '@ganymede/tensorflow';
export { builtinPlugins } from './builtins.js';
export { type ComponentContainer, type ContainerOptions, createContainer } from './container.js';
export { defaultPreset } from './default-preset.js';
export { type BackendReport, inspectBackends } from './diagnosis/backends.js';
export { diagnose, type DoctorOptions } from './diagnosis/doctor.js';
export { type Finding } from './diagnosis/finding.js';
export {
  analyzeDirections,
  analyzeLogits,
  analyzeNeighbours,
  analyzeSpectrum,
  bench,
  evaluateImages,
  evaluateRun,
  exportWeb,
  importRun,
  interpolate,
  loadRunConfig,
  measureClassificationAccuracy,
  measurePathLength,
  plan,
  projectImages,
  resolveConfig,
  resolveSweep,
  sample,
  sweepTruncation,
  train,
  trainExtractor,
} from './operations.js';
export { loadPlugins } from './plugins/load-plugins.js';
export { writeReport } from './report/write-report.js';
export {
  collectResults,
  type SeedStatistics,
  type SweepResultRow,
  type SweepResultRun,
  type SweepResults,
} from './sweep/collect-results.js';
export { parseAxis } from './sweep/parse-axis.js';
export { type PlannedRun, planSweep, type PlanSweepOptions, type SweepPlan } from './sweep/plan-sweep.js';
export {
  type ResolvedSweep,
  type ResolveSweepOptions,
  type SweepCell,
  type SweepRun,
} from './sweep/resolve-sweep.js';
export { resultsPlot } from './sweep/results-plot.js';
export { resultsMarkdown, type ResultsTable, resultsTable } from './sweep/results-table.js';
export { runSweep, type RunSweepOptions, type SweepOutcome } from './sweep/run-sweep.js';
export { mergeSweeps, parseSweep, readSweep, settingOf } from './sweep/sweep-document.js';
export { type RunEnd, type SweepEvent } from './sweep/sweep-events.js';
export { sweepJsonSchema } from './sweep/sweep-json-schema.js';
export { sweepLayout, sweepsFolder } from './sweep/sweep-layout.js';
export {
  type SweepDocument,
  type SweepEvaluation,
  sweepSchema,
  type SweepSpec,
} from './sweep/sweep-schema.js';
export { writeResults, type WrittenResults } from './sweep/write-results.js';
