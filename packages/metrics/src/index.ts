export { joinedBatches, rowsOfBatch } from './feature-batches.js';
export { checkMatrix, type Matrix } from './feature-checks.js';
export { type Products } from './products.js';
export {
  momentsFromArrays,
  momentsOf,
  momentsToArrays,
  StreamingMoments,
  type Moments,
} from './streaming-moments.js';
export { GaussianDensity } from './gaussian-density.js';
export { densityOf, keepShare, type KeptRows } from './rank-rows.js';
export { frechetDistance, frechetDistanceOnBackend, type FrechetDistance } from './frechet-distance.js';
export { newtonSchulzTrace } from './newton-schulz.js';
export { Fid, fid, type FidOptions, type FidRootOptions } from './fid.js';
export {
  FidInfinity,
  fidInfinity,
  fidInfinityMetric,
  interceptOf,
  type FidInfinityOptions,
  type Intercept,
} from './fid-infinity.js';
export { SpatialFid, spatialFid } from './sfid.js';
export {
  InceptionScore,
  inceptionScore,
  inceptionScoreMetric,
  type InceptionScoreOptions,
  type InceptionScoreValue,
} from './inception-score.js';
export { cubicKernel, kernelDistance, type KernelOptions } from './kernel-distance.js';
export { Kid, kid, kidMetric, type KidOptions } from './kid.js';
export { neighbourRadii } from './neighbour-radii.js';
export { neighbourhoods, type NeighbourhoodOptions, type Neighbourhoods } from './neighbourhoods.js';
export {
  PrecisionRecall,
  precisionRecall,
  precisionRecallMetric,
  type NeighbourOptions,
} from './precision-recall.js';
export { DensityCoverage, densityCoverage, densityCoverageMetric } from './density-coverage.js';
export {
  defaultPathLength,
  meanPathLength,
  pathLengths,
  type PathLength,
  type PathLengthOptions,
} from './path-length.js';
export { type LabelledRows } from './class-rows.js';
export { classDistances, IntraClassFid, intraClassFid } from './intra-class-fid.js';
export {
  ClassDiversity,
  classDiversity,
  classSpreads,
  meanPairDistance,
  type ClassDiversityOptions,
  type ClassSpread,
} from './class-diversity.js';
export { NearestRows, type NearestRowsOptions, type StreamedRows } from './nearest-rows.js';
export { mannWhitney, type MannWhitney } from './mann-whitney.js';
export { PowerSpectrum } from './spectrum/power-spectrum.js';
export { azimuthalAverage, type AzimuthalAverage } from './spectrum/azimuthal-average.js';
export {
  bootstrap,
  intervalOf,
  rowsAt,
  type BootstrapOptions,
  type ConfidenceInterval,
} from './bootstrap.js';
export { symmetricEigenvalues } from './linear-algebra/symmetric-eigenvalues.js';
export { pivotedCholesky, type CholeskyFactor } from './linear-algebra/pivoted-cholesky.js';
