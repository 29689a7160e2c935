export { exportOnnx, type OnnxExport, type OnnxExportOptions } from './export-onnx.js';
export { exportWeb, type WebExport, type WebExportOptions } from './export-web.js';
export {
  defaultThresholds,
  exportGenerator,
  type GeneratorExport,
  type GeneratorExportOptions,
} from './generator-export.js';
export { modelCard, type CardContent, type CardEvaluation } from './model-card.js';
export { type LatentDirection } from '@ganymede/generator-files';
