export { exportNpm, type NpmExport, type NpmExportOptions } from './export-npm.js';
export { type GraphExportOptions } from './chosen-generator.js';
export { type GraphExport } from './export-graph.js';
export { expectTaken, exportTargets, type ExportTarget } from './export-formats.js';
export { exportOnnx } from './export-onnx.js';
export { exportSavedModel } from './export-saved-model.js';
export {
  savedModelFile,
  writeSavedModel,
  type SavedModel,
  type SavedModelInput,
  type SavedModelProgram,
} from './saved-model/write-saved-model.js';
export { exportWeb, type WebExport, type WebExportOptions } from './export-web.js';
export {
  defaultThresholds,
  exportGenerator,
  type GeneratorExport,
  type GeneratorExportOptions,
} from './generator-export.js';
export { modelCard, type CardContent, type CardEvaluation } from './model-card.js';
export { type LatentDirection } from '@ganymede/generator-files';
