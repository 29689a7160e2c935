export { Trainer, type StepReport, type TrainerState } from './trainer.js';
export { type Batch, type BatchSource, type NamedObjective, type TrainingRecipe } from './recipe.js';
export { averagedVariables, copyVariables, updateAverage } from './ema.js';
export { normalizeImages } from './feeds.js';
export { CompiledPhase } from './compiled-phase.js';
export { discriminatorLoss, generatorLoss } from './phases.js';
export { type OpenObjective } from './open-objectives.js';
export { Step, type StepInputs, type StepRecipe } from './step.js';
export { gradientsOf, type LossAndGradients } from './gradients.js';
