export { type Assignment, parseAssignment, parseResolution } from './assignment.js';
export {
  type ComponentDescription,
  type OptionDescription,
  describeComponents,
} from './describe-components.js';
export { type Difference, configDifferences, recipeDifferences, recipeOf } from './difference.js';
export { parseDocument, readDocument } from './document.js';
export { badConfig, badOptions, didYouMean, messageOf, show } from './errors.js';
export { formatConfig } from './format.js';
export { type JsonSchema, configJsonSchema, schemaToJson } from './json-schema.js';
export { nearest } from './nearest.js';
export { type Mapping, isMapping } from './mapping.js';
export { normalizeDocument, normalizeKey } from './normalize.js';
export { type Origin, describeOrigin, originOf } from './origin.js';
export { expectPlainDocument, isReservedName } from './outside-document.js';
export { absolute, choiceFrom, isPath, pathOptions } from './paths.js';
export { type Preset } from './presets/preset.js';
export { findPreset, presets } from './presets/presets.js';
export { optionProblems } from './problems.js';
export { type LoadedConfig, resolveConfig } from './resolve.js';
export { type ConfigSources } from './sources.js';
export {
  hasData,
  loadRunConfig,
  readResolvedConfig,
  readRunDocument,
  type LoadRunOptions,
} from './run-config.js';
export { findRun, newRunFolder, runsFolder } from './run-names.js';
export {
  type ComponentKey,
  type ConfigDocument,
  type ResolvedConfig,
  componentKeys,
  runConfigSchema,
} from './schema.js';
