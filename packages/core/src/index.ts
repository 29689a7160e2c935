export {
  errorOfTold,
  GanymedeError,
  isGanymedeError,
  type ErrorKind,
  type GanymedeErrorDetails,
  type ToldError,
} from './errors.js';
export { parseAs, parseJson, parseJsonAs, type Schema } from './parse-as.js';
export { median, quantile, sorted, upperMedian } from './quantile.js';
export { hostAndPort, ranksBeside } from './host-and-port.js';
export { isAddress } from './is-address.js';
export { recordOf } from './record-of.js';
export { RandomStream, RandomStreams, type RandomStreamState } from './random.js';
export {
  stillCall,
  trainingCall,
  trainingCallOver,
  evaluationCall,
  weightsOf,
  stateOf,
  disposeNetwork,
  type CallContext,
  type Layer,
  type LayerNode,
  type NamedTensors,
  type NamedVariables,
} from './layer.js';
export { rowsOf, type ReplicaGroup, type Replicas } from './replicas.js';
export { cautionLine, cautionMark, type Caution } from './caution.js';
export type {
  Direction,
  ExtractedFeatures,
  ExtractOptions,
  FeatureBatch,
  FeatureExtractor,
  FeatureSetShape,
  FeatureSummary,
  Metric,
  MetricResult,
  SummaryArrays,
  SummaryKind,
} from './measuring.js';
export { type Clock } from './clock.js';
export { slotNames, type SlotName, type Slots } from './slots.js';
export {
  type Backend,
  type BackendDescription,
  type BackendProfile,
  type CompiledStep,
  type CompileOptions,
  type WorkersSpec,
} from './backend.js';
export {
  type ClassLabels,
  type Discriminator,
  type DiscriminatorFactory,
  type DiscriminatorFeatures,
  type DiscriminatorMaps,
  type Generator,
  type GeneratorFactory,
  type LatentInput,
} from './networks.js';
export {
  type Dataset,
  type DatasetOpenContext,
  type DatasetReport,
  type DatasetSource,
  type ImageFile,
  type ImageFiles,
  type ImageFilesContext,
  type ImageSizesOptions,
  type ImageSize,
} from './dataset.js';
export { resolutionOf, resolutionText, sidesOf, type ImageShape, type Resolution } from './image-shape.js';
export { type Optimizer, type OptimizerInstance, type Schedule } from './optimization.js';
export {
  type DrawnLatents,
  type LabelledImages,
  type OpenSampler,
  type Prior,
  type Sampler,
  type SamplerCaution,
  type SamplerReport,
  type SamplerSpec,
  type SharePieces,
  type Truncation,
} from './sampling.js';
export type {
  Augmentation,
  Draw,
  Loss,
  LossOutputs,
  NetworkName,
  Objective,
  ObjectiveInstance,
  ObjectiveNeed,
  ObjectiveSpec,
  ObjectiveStep,
  Regularizer,
  StepReader,
  Terms,
} from './objective.js';
export type { DiscriminatorOutput, DiscriminatorPass } from './discriminator-pass.js';
export { curves, imagesPerStep, numberAt, type Done, type Scheduled } from './scheduled.js';
export type { ScheduledNumber } from './scheduled-number.js';
export {
  type WeightFile,
  type WeightRequest,
  type WeightSource,
  type WeightTensor,
} from './weight-source.js';
export { type ComponentReference, type RecipeChange } from './recipe-change.js';
export {
  type EvaluatedNumber,
  type GradientNorms,
  type RunView,
  type Stabilizer,
  type StabilizerAction,
} from './stabilizer.js';
export { type Reporter, type TrainingEvent } from './reporter.js';
export { stepScalarNames, type StepScalarName, type StepScalars } from './step-scalars.js';
export {
  checkComponent,
  defineComponent,
  type ComponentContext,
  type ComponentDefinition,
} from './component.js';
export { definePlugin, pluginApiVersion, type Plugin, type PluginContainer } from './plugin.js';
export {
  definePart,
  partToken,
  type PartDefinition,
  type PartFactory,
  type PartScope,
  type Parts,
  type PartToken,
  type PartWrapper,
} from './parts.js';
export type { PresetDefinition, RegisteredPreset } from './preset.js';
export type { ComponentRequest, PluginHost } from './plugin-host.js';
export type {
  CheckedChoice,
  ComponentChoice,
  ComponentManifest,
  Components,
  OptionProblem,
  PluginManifest,
  RegisteredComponent,
} from './components.js';
