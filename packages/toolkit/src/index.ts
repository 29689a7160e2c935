export { createContainer, type ComponentContainer, type ContainerOptions } from './container.js';
export { type CheckedChoice, type RegisteredComponent } from '@ganymede/core';
export { runParts, type ImageSpace, type RunSettings } from '@ganymede/runs';
export { type DataPartition } from '@ganymede/runs';
export { builtinPlugins } from './builtins.js';
export { loadPlugins } from './plugins/load-plugins.js';
export { nearest } from '@ganymede/config';
export {
  componentKeys,
  runConfigSchema,
  type ComponentKey,
  type ConfigDocument,
  type ResolvedConfig,
} from '@ganymede/config';
export { type ComponentChoice } from '@ganymede/core';
export { type ConfigSources, type LoadedConfig } from '@ganymede/config';
export { parseAssignment, type Assignment } from '@ganymede/config';
export { describeOrigin, originOf, type Origin } from '@ganymede/config';
export { configJsonSchema, type JsonSchema } from '@ganymede/config';
export { formatConfig } from '@ganymede/config';
export { describeComponents, type ComponentDescription, type OptionDescription } from '@ganymede/config';
export { configDifferences, recipeDifferences, type Difference } from '@ganymede/config';
export { findRun, newRunFolder, runsFolder } from '@ganymede/config';
export { presets, findPreset } from '@ganymede/config';
export { type Preset } from '@ganymede/config';
export { imagePngs, sheetPng, writeSheet } from '@ganymede/figures';
export { sampleFormats, writeSamples, type SampleFormat, type WriteSamplesOptions } from '@ganymede/runs';
export { writeNpz } from '@ganymede/runs';
export { type NamedArray } from '@ganymede/runs';
export {
  type RunEvent,
  type SampleOptions,
  type SampleResult,
  type TrainOptions,
  type TrainResult,
} from '@ganymede/runs';
export { type CheckpointChoice } from '@ganymede/runs';
export {
  conditionsOf,
  differingConditions,
  type Evaluation,
  type Manifest,
  type ManifestPart,
  type ManifestValue,
} from '@ganymede/evaluation';
export {
  type EvaluateImagesOptions,
  type EvaluateProgress,
  type EvaluateRunOptions,
  type MeasureOptions,
} from '@ganymede/evaluation';
export { type PathLengthRunOptions } from '@ganymede/evaluation';
export { type ClassificationAccuracyOptions } from '@ganymede/evaluation';
export {
  compareEvaluations,
  parseEvaluation,
  storedEvaluations,
  type Comparison,
  type ComparisonCaution,
  type ComparisonColumn,
  type ComparisonRow,
  type StoredEvaluation,
} from '@ganymede/evaluation';
export {
  chooseTruncation,
  defaultThresholds,
  type SweepOptions,
  type TruncationCurve,
  type TruncationGoal,
  type TruncationStep,
} from '@ganymede/evaluation';
export { withoutArrays, writeCurves, type WrittenCurves } from '@ganymede/evaluation';
export { analysisKinds, type Analysis, type AnalysisKind } from './analysis/analysis.js';
export { type AnalysisOptions, type AnalysisProgress } from './analysis/options.js';
export { storedAnalyses, type StoredAnalysis } from './analysis/stored-analyses.js';
export { type WrittenAnalysis } from './analysis/write-analysis.js';
export { type AnalyzeNeighboursOptions } from './analysis/neighbours/analyze-neighbours.js';
export { type NeighboursDetails } from './analysis/neighbours/summarize-neighbours.js';
export { type AnalyzeLogitsOptions } from './analysis/logits/analyze-logits.js';
export { type LogitsDetails } from './analysis/logits/summarize-logits.js';
export { type AnalyzeSpectrumOptions } from './analysis/spectrum/analyze-spectrum.js';
export { type SpectrumComparison } from './analysis/spectrum/compare-spectra.js';
export {
  type AnalyzeDirectionsOptions,
  type DirectionsDetails,
  type FoundDirection,
} from './analysis/directions/analyze-directions.js';
export { type ProjectImagesOptions } from './analysis/projection/project-images.js';
export { type ProjectionDetails } from './analysis/projection/summarize-projection.js';
export { svgPlot, type PlotPanel, type PlotSeries } from '@ganymede/figures';
export { writeReport } from './report/write-report.js';
export { type TrainedExtractor, type TrainExtractorOptions } from '@ganymede/evaluation';
export { type InterpolateOptions, type InterpolateResult } from '@ganymede/runs';
export { type Interpolation, type Varying } from '@ganymede/runs';
export { writeInterpolation } from '@ganymede/runs';
export { inspect, type InspectOptions, type Inspection } from './inspect/inspect.js';
export { type Evidence, type RunSeries, type Series } from './inspect/run-series.js';
export {
  sweepSchema,
  type SweepDocument,
  type SweepEvaluation,
  type SweepSpec,
} from './sweep/sweep-schema.js';
export { mergeSweeps, parseSweep, readSweep, settingOf } from './sweep/sweep-document.js';
export { sweepJsonSchema } from './sweep/sweep-json-schema.js';
export { parseAxis } from './sweep/parse-axis.js';
export {
  type ResolvedSweep,
  type ResolveSweepOptions,
  type SweepCell,
  type SweepRun,
} from './sweep/resolve-sweep.js';
export { planSweep, type PlannedRun, type PlanSweepOptions, type SweepPlan } from './sweep/plan-sweep.js';
export { runSweep, type RunSweepOptions, type SweepOutcome } from './sweep/run-sweep.js';
export { type RunEnd, type SweepEvent } from './sweep/sweep-events.js';
export {
  collectResults,
  type SeedStatistics,
  type SweepResultRow,
  type SweepResultRun,
  type SweepResults,
} from './sweep/collect-results.js';
export { resultsMarkdown, resultsTable, type ResultsTable } from './sweep/results-table.js';
export { resultsPlot } from './sweep/results-plot.js';
export { writeResults, type WrittenResults } from './sweep/write-results.js';
export { sweepLayout, sweepsFolder } from './sweep/sweep-layout.js';
export { type BenchOptions, type BenchReport, type PhaseTime } from '@ganymede/runs';
export { type PlanReport } from '@ganymede/runs';
export { type ImportOptions, type ImportResult } from '@ganymede/importers';
export {
  exportFormats,
  exportRun,
  type ExportFormat,
  type ExportOptions,
  type ExportResult,
} from '@ganymede/importers';
export { openWeights } from '@ganymede/importers';
export {
  networkNames,
  type Moments,
  type NetworkName,
  type NetworkWeights,
  type ImportedWeights,
} from '@ganymede/importers';
export { configOfWeights, type WeightsConfigSources } from '@ganymede/importers';
export { diagnose, type DoctorOptions } from './diagnosis/doctor.js';
export { type Finding } from './diagnosis/finding.js';
export { inspectBackends, type BackendReport } from './diagnosis/backends.js';
export {
  installLibrary as installTensorFlow,
  type InstalledLibrary as InstalledTensorFlow,
  type InstallProgress as TensorFlowInstallProgress,
} from '@ganymede/tensorflow';
export { writeSafetensors } from '@ganymede/checkpoints';
export { parseClassList, type ListedClass } from '@ganymede/runs';
export { formatClassList } from '@ganymede/runs';
export { matchClasses, type ClassList, type ClassMatch } from '@ganymede/runs';
export { absolute, choiceFrom, pathOptions } from '@ganymede/config';
export {
  exportWeb,
  resolveConfig,
  loadRunConfig,
  evaluateRun,
  measurePathLength,
  measureClassificationAccuracy,
  evaluateImages,
  sweepTruncation,
  analyzeNeighbours,
  analyzeLogits,
  analyzeSpectrum,
  analyzeDirections,
  projectImages,
  trainExtractor,
  interpolate,
  train,
  sample,
  resolveSweep,
  bench,
  plan,
  importRun,
} from './operations.js';
export { defaultPreset } from './default-preset.js';
export { directionsOf } from './analysis/directions/stored-directions.js';
export { type WebExport, type WebExportOptions } from '@ganymede/exporters';
