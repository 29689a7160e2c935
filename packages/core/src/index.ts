export { GanymedeError, isGanymedeError, type GanymedeErrorDetails } from './errors.js';
export { RandomStream, RandomStreams, type RandomStreamState } from './random.js';
export {
  trainingCall,
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
export type { Replicas } from './replicas.js';
export {
  slotNames,
  type Augmentation,
  type Backend,
  type BackendDescription,
  type BackendProfile,
  type CompiledStep,
  type CompileOptions,
  type Dataset,
  type DatasetOpenContext,
  type DatasetReport,
  type DatasetSource,
  type Discriminator,
  type DiscriminatorFactory,
  type DiscriminatorStep,
  type FeatureExtractor,
  type Generator,
  type GeneratorFactory,
  type ImageShape,
  type Loss,
  type Metric,
  type Optimizer,
  type OptimizerInstance,
  type Prior,
  type Regularizer,
  type Reporter,
  type RunView,
  type Schedule,
  type SlotName,
  type Slots,
  type Stabilizer,
  type StabilizerAction,
  type TrainingEvent,
  type Truncation,
} from './slots.js';
export { EagerStep } from './eager-step.js';
export { defineComponent, type ComponentContext, type ComponentDefinition } from './component.js';
export { definePlugin, pluginApiVersion, type Plugin, type PluginContainer } from './plugin.js';
