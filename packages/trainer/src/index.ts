export { Trainer, type StepReport, type TrainerState } from './trainer.js';
export { type Batch, type BatchSource, type TrainingRecipe } from './recipe.js';
export { averagedVariables, copyVariables, updateAverage } from './ema.js';
export { normalizeImages } from './feeds.js';
export { CompiledPhase } from './compiled-phase.js';
export {
  discriminatorLoss,
  generatorLoss,
  type DiscriminatorInputs,
  type GeneratorInputs,
} from './phases.js';
export { gradientsOf, type LossAndGradients } from './gradients.js';
