export { generatorDamaged, generatorTooNew } from './errors.js';
export {
  portableGenerators,
  portablePriors,
  type PortableGenerator,
  type PortablePrior,
} from './portable.js';
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
