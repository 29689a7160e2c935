import type { Backend } from './backend.js';
import type { DatasetSource } from './dataset.js';
import type { FeatureExtractor, Metric } from './measuring.js';
import type { DiscriminatorFactory, GeneratorFactory } from './networks.js';
import type { Augmentation, Loss, Objective, Regularizer } from './objective.js';
import type { Optimizer, Schedule } from './optimization.js';
import type { Reporter } from './reporter.js';
import type { Prior, Sampler, Truncation } from './sampling.js';
import type { Stabilizer } from './stabilizer.js';

/** What each slot holds. A plugin swaps any of them. */
export interface Slots {
  backend: Backend;
  dataset: DatasetSource;
  generator: GeneratorFactory;
  discriminator: DiscriminatorFactory;
  loss: Loss;
  regularizer: Regularizer;
  augmentation: Augmentation;
  objective: Objective;
  prior: Prior;
  truncation: Truncation;
  sampler: Sampler;
  optimizer: Optimizer;
  schedule: Schedule;
  stabilizer: Stabilizer;
  metric: Metric;
  featureExtractor: FeatureExtractor;
  reporter: Reporter;
}

export type SlotName = keyof Slots;

/** Every slot by name. */
export const slotNames = [
  'backend',
  'dataset',
  'generator',
  'discriminator',
  'loss',
  'regularizer',
  'augmentation',
  'objective',
  'prior',
  'truncation',
  'sampler',
  'optimizer',
  'schedule',
  'stabilizer',
  'metric',
  'featureExtractor',
  'reporter',
] as const satisfies readonly SlotName[];
