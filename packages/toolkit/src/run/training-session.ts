import {
  disposeNetwork,
  GanymedeError,
  RandomStream,
  RandomStreams,
  type Backend,
  type BackendDescription,
  type Dataset,
  type Generator,
  type RandomStreamState,
  type Stabilizer,
} from '@ganymede/core';
import type { HostTensor } from '@ganymede/checkpoints';
import { BatchLoader, holdOut, SubsetDataset } from '@ganymede/datasets';
import { Trainer, type TrainerState, type TrainingRecipe } from '@ganymede/trainer';
import type { ResolvedConfig } from '../config/schema.js';
import type { ComponentContainer } from '../container.js';
import { noDiscriminator } from '../weights/errors.js';
import { createDiscriminator, createGenerator } from './networks.js';
import { classNamesDiffer } from '../classes/errors.js';
import { isSameClasses, matchClasses, type ClassList } from '../classes/match-classes.js';
import { openBackend } from './open-backend.js';
import { resolvePrecision } from './precision.js';
import { changedConfig, randomnessOf, type AppliedChange } from './recipe-change.js';
import { SheetMaker } from './sheet.js';
import { assignVariables, readVariables } from './variables.js';

/** The JSON part of a checkpoint. */
export interface SessionState {
  readonly trainer: TrainerState;
  readonly loader: unknown;
  readonly stabilizers: readonly unknown[];
  readonly data: {
    readonly classes: readonly string[];
    /** Null where the weights were imported without data. */
    readonly fingerprint: string | null;
    readonly name: string;
    /** Classes are numbers, since nobody knows their names: any data of as many classes will do. */
    readonly unnamed?: boolean;
  };
  /** Rollbacks so far, the oldest first. */
  readonly changes?: readonly AppliedChange[];
}

/** The classes of a checkpoint, as others are matched with them. */
export function classListOf({ classes, unnamed = false }: SessionState['data']): ClassList {
  return { count: classes.length, names: unnamed ? null : classes };
}

/** What of a run is not in its config. */
export interface SessionOptions {
  /** Rollbacks that the run has behind it. */
  readonly changes?: readonly AppliedChange[];
  /** Lays something around the backend, e.g. to time what it runs. */
  readonly wrap?: (backend: Backend) => Backend;
}

const fileEnding = '.safetensors';

/** All parts of one run in memory: what is trained, what it is fed with, and what watches it. */
export class TrainingSession {
  private constructor(
    readonly config: ResolvedConfig,
    readonly backend: Backend,
    readonly backendDescription: BackendDescription,
    readonly backendNote: string | null,
    readonly dataset: Dataset,
    /** The part of the dataset that is trained on, and the part that is not. */
    readonly training: Dataset,
    readonly heldOut: Dataset | null,
    readonly recipe: TrainingRecipe,
    readonly trainer: Trainer,
    readonly stabilizers: readonly Stabilizer[],
    readonly sheet: SheetMaker,
    readonly changes: readonly AppliedChange[],
    private readonly loader: BatchLoader,
  ) {}

  /**
   * Builds a run from its config: backend, data, networks, optimizers, feeds.
   * @param cacheFolder - for decoded images
   */
  static async open(
    components: ComponentContainer,
    original: ResolvedConfig,
    cacheFolder: string,
    tell: (text: string) => void,
    { changes = [], wrap = (backend) => backend }: SessionOptions = {},
  ): Promise<TrainingSession> {
    const config = changedConfig(original, changes, components);
    const opened = await openBackend(components, config.backend);
    const { description, note } = opened;
    const backend = wrap(opened.backend);
    tell(`opening ${config.data.use}`);
    const dataset = await components.resolve('dataset', config.data).open({
      cacheFolder,
      resolution: config.resolution,
      channels: config.channels,
      strict: config.strictData,
      onProgress: everyTenth((done, total) => tell(`decoding images: ${done} of ${total}`)),
    });
    const spec = { imageShape: dataset.imageShape, classes: dataset.classes.length, seed: config.seed };
    const generators = components.resolve('generator', config.generator);
    const generator = createGenerator(generators, spec);
    const emaGenerator = config.ema ? createGenerator(generators, spec) : null;
    const random = new RandomStreams(streamSeed(config.seed, randomnessOf(changes)));
    const prior = components.resolve('prior', config.prior);
    const recipe: TrainingRecipe = {
      backend,
      precision: resolvePrecision(config.precision, description),
      generator,
      emaGenerator,
      discriminator: createDiscriminator(components.resolve('discriminator', config.discriminator), spec),
      loss: components.resolve('loss', config.loss),
      regularizers: config.regularizers.map((one) => components.resolve('regularizer', one)),
      prior,
      augmentation: config.augmentation ? components.resolve('augmentation', config.augmentation) : null,
      generatorOptimizer: components.resolve('optimizer', config.generatorOptimizer),
      discriminatorOptimizer: components.resolve('optimizer', config.discriminatorOptimizer),
      learningRates: config.learningRates,
      schedule: components.resolve('schedule', config.schedule),
      batchSize: config.batchSize,
      accumulation: config.accumulation,
      discriminatorSteps: config.discriminatorSteps,
      splitDiscriminator: config.splitDiscriminator,
      ema: config.ema ?? { decay: 0, start: 0 },
      random,
      frozenDiscriminatorBlocks: config.freeze.discriminatorBlocks,
    };
    const split = holdOut(dataset.length, config.heldOut, RandomStream.create(config.seed, 'held-out'));
    const isWhole = split.heldOut.length === 0;
    const loader = new BatchLoader({
      dataset,
      batchSize: config.batchSize,
      ...(!isWhole && { indices: split.training }),
      random: random.get('data'),
      flip: config.flip,
    });
    const trainer = new Trainer(recipe, loader);
    const stabilizers = config.stabilizers.map((one) => components.resolve('stabilizer', one));
    const shown: Generator = emaGenerator ?? generator;
    const sheet = new SheetMaker(backend, shown, prior, config.seed, config.sample.perClass);
    return new TrainingSession(
      config,
      backend,
      description,
      note,
      dataset,
      isWhole ? dataset : new SubsetDataset(dataset, split.training, 'training'),
      isWhole ? null : new SubsetDataset(dataset, split.heldOut, 'held out'),
      recipe,
      trainer,
      stabilizers,
      sheet,
      changes,
      loader,
    );
  }

  /** Everything that the run needs to go on as if it had never stopped. */
  async snapshot(): Promise<{
    tensorFiles: Record<string, Record<string, HostTensor>>;
    state: SessionState;
  }> {
    const tensorFiles: Record<string, Record<string, HostTensor>> = {};
    for (const [file, variables] of Object.entries(this.trainer.variables())) {
      tensorFiles[file + fileEnding] = Object.fromEntries(
        Object.entries(await readVariables(variables)).map(([name, tensor]) => [
          name,
          { dtype: 'F32', ...tensor },
        ]),
      );
    }
    const { classes, fingerprint, name } = this.dataset;
    const state: SessionState = {
      trainer: this.trainer.state,
      loader: this.loader.state,
      stabilizers: this.stabilizers.map((one) => one.state),
      data: { classes, fingerprint, name },
      changes: this.changes,
    };
    return { tensorFiles, state };
  }

  /** @throws NO_DISCRIMINATOR, CLASSES_DIFFER, DATA_MISMATCH, WEIGHTS_MISMATCH; then nothing was restored */
  restore(
    tensorFiles: Readonly<Record<string, Readonly<Record<string, HostTensor>>>>,
    state: SessionState,
    runFolder: string,
  ): void {
    if (!tensorFiles[`discriminator${fileEnding}`]) throw noDiscriminator(runFolder);
    this.expectSameData(state.data);
    const imported = state.loader === null;
    for (const [file, variables] of Object.entries(this.trainer.variables())) {
      const tensors = tensorFiles[file + fileEnding];
      // What imported weights know nothing of, the memory of regularizers, begins anew.
      if (tensors || !imported) assignVariables(file, variables, hostFloats(tensors ?? {}));
    }
    // A rollback that draws anew goes on with the streams of this session, which begin with it.
    const isSameDraw = randomnessOf(state.changes ?? []) === randomnessOf(this.changes);
    const random = isSameDraw ? (state.trainer.random as RandomStreamState[]) : this.recipe.random.state;
    this.trainer.restore({ ...state.trainer, random });
    // An imported checkpoint has seen no batch of this data, and nothing has watched it.
    if (isSameDraw && !imported) this.loader.restore(state.loader);
    state.stabilizers.forEach((one, index) => this.stabilizers[index]?.restore(one));
  }

  private expectSameData(data: SessionState['data']): void {
    const { fingerprint, name } = data;
    const match = matchClasses(classListOf(data), this.dataset.classes);
    if (!isSameClasses(match))
      throw classNamesDiffer(
        this.dataset.name,
        'the checkpoint',
        match,
        'Go on with the data that the run was started with. To train its weights on with other classes, begin a new run: ganymede train --init <run> --data <images>.',
      );
    if (fingerprint !== null && fingerprint !== this.dataset.fingerprint) {
      throw new GanymedeError(
        'DATA_MISMATCH',
        `resume: expected the data of the run (${name}, ${fingerprint.slice(0, 12)}), got other images (${this.dataset.name}, ${this.dataset.fingerprint.slice(0, 12)})`,
        {
          kind: 'data',
          hint: 'Files were added, removed or changed since the run began. Put them back, or start a new run.',
        },
      );
    }
  }

  async close(): Promise<void> {
    this.sheet.dispose();
    for (const stabilizer of this.stabilizers) stabilizer.dispose?.();
    this.trainer.dispose();
    disposeNetwork(this.recipe.generator);
    disposeNetwork(this.recipe.discriminator);
    if (this.recipe.emaGenerator) disposeNetwork(this.recipe.emaGenerator);
    await this.loader.close();
    await this.dataset.close();
    for (const { state } of this.recipe.regularizers)
      Object.values(state ?? {}).forEach((one) => one.dispose());
    this.backend.dispose();
  }
}

/** Of the random streams of a run that was rolled back and drawn anew so often; the config's seed at first. */
function streamSeed(seed: number, times: number): number {
  return times === 0 ? seed : RandomStream.create(seed, `rollback/${times}`).nextUint32();
}

/** Passes progress on once for every tenth of the whole. */
function everyTenth(tell: (done: number, total: number) => void): (done: number, total: number) => void {
  let told = 0;
  return (done, total) => {
    const tenth = Math.floor((10 * done) / total);
    if (tenth <= told) return;
    told = tenth;
    tell(done, total);
  };
}

/** Tensors as the variables take them. */
export function hostFloats(
  tensors: Readonly<Record<string, HostTensor>>,
): Record<string, { shape: readonly number[]; data: Float32Array }> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => [
      name,
      { shape, data: data instanceof Float32Array ? data : Float32Array.from(data as ArrayLike<number>) },
    ]),
  );
}
