export {
  type ExportFormat,
  type ExportOptions,
  type ExportResult,
  exportFormats,
  exportRun,
} from './export-run.js';
export { type ImportOptions, type ImportResult, importRun } from './import-run.js';
export { initialWeightsPart } from './initial-weights-part.js';
export {
  type BigGanPyTorchFlags,
  type BigGanPyTorchRecipe,
  bigganFlagsOf,
  bigganPyTorchRecipe,
  isBigGanPyTorchFlags,
  parseBigGanPyTorchFlags,
} from './layouts/biggan-flags.js';
export {
  type BigGanNetwork,
  bigganNetworkOf,
  bigganPyTorchFormat,
  convertBigGanPyTorch,
  exportBigGanPyTorch,
  importBigGanPyTorch,
  withoutPrefix,
} from './layouts/biggan-pytorch.js';
export {
  type F32Tensor,
  type TargetShapes,
  type WeightFormat,
  convertWeights,
  exportWeights,
  importWeights,
} from './layouts/convert-weights.js';
export { type BigGanGuess } from './layouts/biggan-guess.js';
export { guessBigGan } from './layouts/guess-biggan.js';
export { type R3GanGuess, guessR3Gan } from './layouts/guess-r3gan.js';
export { inModuleOrder } from './layouts/module-order.js';
export {
  type PretrainedBigGanDeepConfig,
  convertPretrainedBigGanDeep,
  isPretrainedBigGanDeepConfig,
  parsePretrainedBigGanDeepConfig,
  pretrainedBigGanDeepStatistics,
} from './layouts/pretrained-biggan-deep.js';
export {
  type R3GanNetwork,
  convertR3Gan,
  exportR3Gan,
  importR3Gan,
  r3ganNetworkOf,
} from './layouts/r3gan.js';
export { type TorchAdam, isTorchOptimizer, readTorchAdam } from './layouts/torch-adam.js';
export { type WeightLayout } from './layouts/weight-layout.js';
export {
  type Moments,
  type NetworkName,
  type NetworkWeights,
  type ImportedWeights,
  networkNames,
} from './sources/imported-weights.js';
export { openWeights } from './sources/open-weights.js';
export { type WeightsConfigSources, configOfWeights } from './weights-config.js';
