export { type Analysis, type AnalysisKind, analysisKinds } from './analysis.js';
export {
  type AnalyzeDirectionsOptions,
  type DirectionsDetails,
  type FoundDirection,
  analyzeDirections,
} from './directions/analyze-directions.js';
export { spectralNormOf } from './directions/factorize.js';
export { latentChunks } from './directions/latent-chunks.js';
export { directionNamed, directionsOf } from './directions/stored-directions.js';
export { type InspectOptions, type Inspection, inspect } from './inspect/inspect.js';
export { type NotRecorded, missingOf, notRecorded } from './inspect/not-recorded.js';
export { missingHtml } from './inspect/page.js';
export { type Evidence, type RunSeries, type Series, seriesOf } from './inspect/run-series.js';
export { type AnalyzeLogitsOptions, analyzeLogits } from './logits/analyze-logits.js';
export { type LogitsDetails } from './logits/summarize-logits.js';
export { type AnalyzeNeighboursOptions, analyzeNeighbours } from './neighbours/analyze-neighbours.js';
export { type NeighboursDetails } from './neighbours/summarize-neighbours.js';
export { type AnalysisOptions, type AnalysisProgress } from './options.js';
export { type ProjectImagesOptions, projectImages } from './projection/project-images.js';
export { type ProjectionDetails } from './projection/summarize-projection.js';
export { type AnalyzeSpectrumOptions, analyzeSpectrum } from './spectrum/analyze-spectrum.js';
export { type SpectrumComparison } from './spectrum/compare-spectra.js';
export { type StoredAnalysis, newestAnalyses, storedAnalyses } from './stored-analyses.js';
export { type WrittenAnalysis, writeAnalysis } from './write-analysis.js';
