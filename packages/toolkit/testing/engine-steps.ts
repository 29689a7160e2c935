import * as tf from '@tensorflow/tfjs';
import {
  RandomStream,
  RandomStreams,
  sidesOf,
  type Backend,
  type ComponentChoice,
  type ImageShape,
  type NamedVariables,
  type Regularizer,
  type Resolution,
} from '@ganymede/core';
import { Trainer, type BatchSource, type TrainingRecipe } from '@ganymede/trainer';
import { createContainer } from '../src/container.js';

export interface StepModel {
  readonly generator: ComponentChoice;
  readonly discriminator: ComponentChoice;
  readonly loss: string;
  /** Penalties besides the orthogonal one. */
  readonly penalties: readonly ComponentChoice[];
  /** 32 by default. */
  readonly resolution?: Resolution;
}

const r1 = { use: 'r1', interval: 1, gamma: 0.1 };
const narrow = { channels: 4, latentSize: 8 };
const convolutional = { loss: 'hinge', penalties: [r1, { use: 'gradient-penalty' }] };

/** Every network of `@ganymede/models`, as narrow as it gets, with attention where it has any. */
export const stepModels: Readonly<Record<string, StepModel>> = {
  biggan: {
    generator: { use: 'biggan', ...narrow, attention: [16], sharedSize: 4 },
    discriminator: { use: 'biggan', channels: 4, attention: [16] },
    ...convolutional,
  },
  'biggan, tall': {
    generator: { use: 'biggan', ...narrow, attention: [16], sharedSize: 4 },
    discriminator: { use: 'biggan', channels: 4, attention: [16] },
    ...convolutional,
    resolution: [40, 32],
  },
  'biggan-deep': {
    generator: { use: 'biggan-deep', ...narrow, depth: 1, attention: [16], sharedSize: 4 },
    discriminator: { use: 'biggan-deep', channels: 4, depth: 1, attention: [16] },
    ...convolutional,
  },
  sagan: {
    generator: { use: 'sagan', ...narrow, channels: 8, attention: [16] },
    discriminator: { use: 'sagan', channels: 8, attention: [16] },
    ...convolutional,
  },
  sngan: {
    generator: { use: 'sngan', ...narrow },
    discriminator: { use: 'sngan', channels: 4 },
    ...convolutional,
  },
  fastgan: {
    generator: { use: 'fastgan', channels: 2, latentSize: 8 },
    discriminator: { use: 'fastgan', channels: 2 },
    loss: 'hinge',
    // One of second order: with both, compiling takes minutes.
    penalties: [r1],
    resolution: 64,
  },
  r3gan: {
    generator: { use: 'r3gan', channels: 16, latentSize: 8, embeddingSize: 4, groupChannels: 8, blocks: 1 },
    discriminator: { use: 'r3gan', channels: 16, groupChannels: 8, blocks: 1 },
    loss: 'relativistic-pair',
    penalties: [r1, { use: 'r2', interval: 1, gamma: 0.1 }],
  },
};

const batchSize = 4;

function noise({ height, width, channels }: ImageShape): BatchSource {
  const length = batchSize * height * width * channels;
  const stream = RandomStream.create(3, 'images');
  return {
    next: () =>
      Promise.resolve({
        images: Uint8Array.from({ length }, () => stream.nextInteger(256)),
        labels: Int32Array.of(0, 1, 1, 0),
      }),
  };
}

export type Precision = TrainingRecipe['precision'];

/** What a test may plant in a recipe. */
export type Change = (recipe: TrainingRecipe) => TrainingRecipe;

async function recipeOf(backend: Backend, model: StepModel, precision: Precision): Promise<TrainingRecipe> {
  const container = await createContainer();
  const spec = { imageShape: { ...sidesOf(model.resolution ?? 32), channels: 3 }, classes: 2 };
  const generator = (): TrainingRecipe['generator'] =>
    container
      .resolve('generator', model.generator)
      .create({ ...spec, random: RandomStream.create(1, 'generator') });
  return {
    backend,
    precision,
    generator: generator(),
    discriminator: container
      .resolve('discriminator', model.discriminator)
      .create({ ...spec, random: RandomStream.create(1, 'discriminator') }),
    emaGenerator: generator(),
    loss: container.resolve('loss', { use: model.loss }),
    regularizers: [{ use: 'orthogonal', strength: 1e-2 }, ...model.penalties].map((choice): Regularizer =>
      container.resolve('regularizer', choice),
    ),
    prior: container.resolve('prior', { use: 'normal' }),
    augmentation: null,
    generatorOptimizer: container.resolve('optimizer', { use: 'adam', beta1: 0.5, beta2: 0.9 }),
    discriminatorOptimizer: container.resolve('optimizer', { use: 'sgd', momentum: 0.9 }),
    learningRates: { generator: 1e-3, discriminator: 1e-5 },
    schedule: container.resolve('schedule', { use: 'constant' }),
    batchSize,
    accumulation: 1,
    discriminatorSteps: 1,
    splitDiscriminator: false,
    ema: { decay: 0.5, start: 0 },
    random: new RandomStreams(7),
  };
}

/** Values of every variable that a checkpoint keeps, by file and name. */
export type Values = ReadonlyMap<string, Float32Array>;

export interface Outcome {
  readonly scalars: Readonly<Record<string, number>>;
  readonly values: Values;
}

const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

function variablesOf(trainer: Trainer): ReadonlyMap<string, tf.Variable> {
  return new Map(
    Object.entries(trainer.variables()).flatMap(([file, variables]: [string, NamedVariables]) =>
      Object.entries(variables).map(([name, variable]) => [`${file}/${name}`, variable] as const),
    ),
  );
}

const valuesOf = (trainer: Trainer): Values =>
  new Map(
    [...variablesOf(trainer)].map(([name, variable]) => [name, variable.dataSync<'float32'>().slice()]),
  );

function assign(trainer: Trainer, values: Values): void {
  for (const [name, variable] of variablesOf(trainer))
    tf.tidy(() => variable.assign(tf.tensor(values.get(name)!, variable.shape)));
}

async function withTrainer<T>(
  backend: Backend,
  recipe: TrainingRecipe,
  use: (trainer: Trainer) => Promise<T>,
): Promise<T> {
  await backend.activate();
  const trainer = new Trainer(recipe, noise(recipe.generator.imageShape));
  try {
    return await use(trainer);
  } finally {
    trainer.dispose();
    tf.disposeVariables();
  }
}

/**
 * Where a step begins: not at the start of a run, where whatever is zero (gates, last convolutions, moments) hides what it
 * multiplies. All that is constant is moved, a few steps give momentum the size of gradients and u vectors a direction.
 * Second moments are one number, since Adam's step would be the sign of rounding where a gradient is zero but for that.
 */
export async function startOf(
  backend: Backend,
  model: StepModel,
  change: Change = (recipe) => recipe,
): Promise<Values> {
  await backend.activate();
  return withTrainer(backend, change(await recipeOf(backend, model, 'float32')), async (trainer) => {
    const random = RandomStream.create(5, 'start');
    const moved = [...valuesOf(trainer)].map(([name, values]): [string, Float32Array] => {
      const constant = values.every((value) => value === values[0]) && !name.includes('-optimizer/');
      return [name, constant ? values.map((value) => value + 0.2 * random.nextNormal()) : values];
    });
    assign(trainer, new Map(moved));
    for (let step = 0; step < 3; step++) await trainer.advance();
    const reached = valuesOf(trainer);
    const squares = [...reached].filter(([name]) => name.startsWith('generator-optimizer/v.'));
    const second = Math.max(...squares.map(([, values]) => largest(values))) / 100;
    return new Map([
      ...reached,
      ...squares.map(([name, v]): [string, Float32Array] => [name, v.fill(second)]),
    ]);
  });
}

/**
 * One step of D and one of G, `draws` times from the same start with other images and latents each time.
 * @param change - of the recipe
 */
export async function stepsOf(
  backend: Backend,
  model: StepModel,
  start: Values,
  draws: number,
  { precision = 'float32', change = (recipe) => recipe }: { precision?: Precision; change?: Change } = {},
): Promise<readonly Outcome[]> {
  await backend.activate();
  return withTrainer(backend, change(await recipeOf(backend, model, precision)), async (trainer) => {
    const outcomes: Outcome[] = [];
    for (let draw = 0; draw < draws; draw++) {
      assign(trainer, start);
      const { scalars } = await trainer.advance();
      outcomes.push({ scalars: { ...scalars }, values: valuesOf(trainer) });
    }
    return outcomes;
  });
}

/** The numbers of `steps` steps one after the other, from the start of a run. */
export async function runOf(
  backend: Backend,
  model: StepModel,
  steps: number,
  change: Change,
): Promise<readonly Outcome['scalars'][]> {
  await backend.activate();
  return withTrainer(backend, change(await recipeOf(backend, model, 'float32')), async (trainer) => {
    const reports: Outcome['scalars'][] = [];
    for (let step = 0; step < steps; step++) reports.push({ ...(await trainer.advance()).scalars });
    return reports;
  });
}
