import {
  partToken,
  type Augmentation,
  type Backend,
  type Components,
  type Dataset,
  type Discriminator,
  type Generator,
  type ImageShape,
  type Loss,
  type Optimizer,
  type Prior,
  type RandomStreams,
  type Regularizer,
  type Reporter,
  type Schedule,
  type Stabilizer,
  type WorkersSpec,
} from '@ganymede/core';
import type { RunFolder } from '@ganymede/checkpoints';
import type { BatchLoader } from '@ganymede/batches';
import type { WorkerGroup } from '@ganymede/workers';
import type { NamedObjective, Trainer, TrainingRecipe } from '@ganymede/trainer';
import type { ResolvedConfig } from '@ganymede/config';
import type { Evaluator } from '../training/evaluator.js';
import type { InitialWeights } from '../training/initial-weights.js';
import type { OpenBackend } from '../engine/open-backend.js';
import type { AppliedChange } from '../training/recipe-change.js';
import type { SheetMaker } from '../training/sheet-maker.js';
import type { TrainingSession } from '../training/training-session.js';
import type { DataPartition } from './data-partition.js';

/** What a run is given from outside. */
export interface RunSettings {
  /** As the rollbacks behind it changed it. */
  readonly config: ResolvedConfig;
  readonly components: Components;
  /** Rollbacks that the run has behind it, the oldest first. */
  readonly changes: readonly AppliedChange[];
  /** For decoded images. */
  readonly cacheFolder: string;
  /** Told, in words, of work that takes a while. */
  readonly tell: (text: string) => void;
  /** The processes that train the run, this one among them; absent where it trains alone. */
  readonly workers?: WorkersSpec | undefined;
}

/** What images a run is about. */
export interface ImageSpace {
  readonly imageShape: ImageShape;
  /** Names; a label is an index into them. */
  readonly classes: readonly string[];
}

/** Tokens of everything that a run is made of: whoever has a run's scope asks it by them, plugins replace or wrap by them. */
export const runParts = {
  settings: partToken<RunSettings>(
    'settings',
    'The config after its rollbacks, and what a run is given from outside.',
  ),
  folder: partToken<RunFolder>('folder', 'The run folder, locked.'),
  engine: partToken<OpenBackend>('engine', 'The backend with its description, and why it was taken.'),
  backend: partToken<Backend>('backend', 'What the run computes with.'),
  workers: partToken<WorkerGroup>('workers', 'The processes that train the run; one where it trains alone.'),
  random: partToken<RandomStreams>('random', 'The named random streams of the run.'),
  dataset: partToken<Dataset>('dataset', 'All images of the run, opened.'),
  images: partToken<ImageSpace>('images', 'Shape of the images and names of their classes.'),
  partition: partToken<DataPartition>('partition', 'Which images are trained on, and which are held out.'),
  batches: partToken<BatchLoader>('batches', 'Batches of real images, in the order of the run.'),
  generator: partToken<Generator>('generator', 'The generator.'),
  average: partToken<Generator | null>(
    'average',
    'The moving average of the generator; null where the run has none.',
  ),
  discriminator: partToken<Discriminator>('discriminator', 'The discriminator.'),
  prior: partToken<Prior>('prior', 'Where latents come from.'),
  loss: partToken<Loss>('loss', 'The adversarial loss.'),
  regularizers: partToken<readonly Regularizer[]>(
    'regularizers',
    'Penalties beside the loss, in the order of the config.',
  ),
  objectives: partToken<readonly NamedObjective[]>(
    'objectives',
    'What else shapes training, by name, in the order of the config.',
  ),
  augmentation: partToken<Augmentation | null>(
    'augmentation',
    'What both networks see images through; null for none.',
  ),
  generatorOptimizer: partToken<Optimizer>('optimizer.generator', "The generator's update rule."),
  discriminatorOptimizer: partToken<Optimizer>('optimizer.discriminator', "The discriminator's update rule."),
  schedule: partToken<Schedule>('schedule', 'Learning rates by step.'),
  recipe: partToken<TrainingRecipe>('recipe', 'All that the trainer is made of.'),
  trainer: partToken<Trainer>('trainer', 'Does the steps.'),
  stabilizers: partToken<readonly Stabilizer[]>(
    'stabilizers',
    'What watches and steers, in the order of the config.',
  ),
  reporters: partToken<readonly Reporter[]>('reporters', 'Where events go besides the run folder.'),
  sheets: partToken<SheetMaker>('sheets', 'Draws the sheets of samples.'),
  session: partToken<TrainingSession>('session', 'What is trained and its state, for checkpoints.'),
  initialWeights: partToken<InitialWeights>(
    'initialWeights',
    'Reads the weights that a run begins with, where they are not drawn.',
  ),
  evaluator: partToken<Evaluator | null>(
    'evaluator',
    'Measures the generator between steps; null where the config asks for no evaluations.',
  ),
} as const;
