export { generatorDamaged, generatorTooNew } from './errors.js';
export {
  generatorConfigName,
  generatorConfigSchema,
  generatorFormat,
  generatorFormatVersion,
  parseGeneratorConfig,
  type GeneratorConfig,
  type GeneratorFile,
  type LatentDirection,
  type StatisticsConfig,
} from './generator-config.js';
