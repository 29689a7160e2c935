import { join } from 'node:path';
import {
  latestCheckpoint,
  readBest,
  readCheckpoint,
  readRunConfig,
  runLayout,
  stepFolderName,
} from '@ganymede/checkpoints';
import {
  disposeNetwork,
  type Backend,
  type BackendDescription,
  type Generator,
  type ImageShape,
  type Plugin,
  type Prior,
  type Truncation,
} from '@ganymede/core';
import { averagedVariables } from '@ganymede/trainer';
import type { ClassList } from '../classes/match-classes.js';
import { runConfigSchema, type ComponentChoice, type ResolvedConfig } from '../config/schema.js';
import { createContainer, type ComponentContainer } from '../container.js';
import { noBestCheckpoint, noCheckpoint } from '../errors.js';
import { statisticsOfTruncation } from '../weights/truncation-statistics.js';
import { createGenerator } from './networks.js';
import { openBackend } from './open-backend.js';
import { classListOf, hostFloats, type SessionState } from './training-session.js';
import type { SampleOptions } from './types.js';
import { assignVariables } from './variables.js';

/** Which checkpoint: the newest, the best by the metric that the run was evaluated with, or a step. */
export type CheckpointChoice = 'latest' | 'best' | number;

export interface OpenGeneratorOptions {
  /** Folder of the run. */
  readonly run: string;
  readonly checkpoint?: CheckpointChoice;
  /** Weights of the moving average instead of the trained ones. */
  readonly ema: boolean;
  /** Another backend than the run's. */
  readonly backend?: ComponentChoice;
  readonly plugins?: readonly Plugin[];
}

/** A run's generator with the weights of a checkpoint, and what it needs to make images. */
export interface OpenedGenerator {
  readonly generator: Generator;
  readonly config: ResolvedConfig;
  readonly container: ComponentContainer;
  readonly backend: Backend;
  readonly description: BackendDescription;
  /** Names to show; numbers where nobody knows them. */
  readonly classes: readonly string[];
  /** What other lists of classes are matched with. */
  readonly classList: ClassList;
  readonly shape: ImageShape;
  /** Of the checkpoint. */
  readonly folder: string;
  /** Steps the checkpoint was trained for. */
  readonly step: number;
  /** Whether the weights are the moving average's. */
  readonly isAverage: boolean;
  /**
   * Takes the running statistics that came with the weights for a truncation, where they did.
   * @returns whether they did
   */
  useStatisticsOf(truncation: ComponentChoice | undefined): Promise<boolean>;
  close(): void;
}

/**
 * Opens a run's generator. Needs no lock and changes nothing, so it works beside a run that goes on.
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, NO_BEST_CHECKPOINT, WEIGHTS_MISMATCH
 */
export async function openGenerator(options: OpenGeneratorOptions): Promise<OpenedGenerator> {
  const config = runConfigSchema.parse(await readRunConfig(options.run));
  const folder = await checkpointFolder(options.run, options.checkpoint ?? 'latest');
  const isAverage = options.ema && config.ema !== null;
  const file = isAverage ? 'ema.safetensors' : 'generator.safetensors';
  const { tensorFiles, state } = await readCheckpoint(folder, [file]);
  const { data, trainer } = state as SessionState;
  const container = await createContainer({ config, plugins: options.plugins ?? [], runFolder: options.run });
  const { backend, description } = await openBackend(container, options.backend ?? config.backend);
  const shape = { height: config.resolution, width: config.resolution, channels: config.channels };
  const generator = createGenerator(container.resolve('generator', config.generator), {
    imageShape: shape,
    classes: data.classes.length,
    seed: config.seed,
  });
  const variables = averagedVariables(generator);
  const weights = hostFloats(tensorFiles[file]!);
  const close = (): void => {
    disposeNetwork(generator);
    backend.dispose();
  };
  try {
    assignVariables(join(folder, file), variables, weights);
  } catch (error) {
    close();
    throw error;
  }
  let isOfTruncation = false;
  const useStatisticsOf = async (truncation: ComponentChoice | undefined): Promise<boolean> => {
    const table = await statisticsOfTruncation(folder, truncation as SampleOptions['truncation']);
    if (table || isOfTruncation)
      assignVariables(join(folder, file), variables, { ...weights, ...hostFloats(table ?? {}) });
    return (isOfTruncation = table !== null);
  };
  const { classes } = data;
  return {
    generator,
    config,
    container,
    backend,
    description,
    classes,
    classList: classListOf(data),
    shape,
    folder,
    step: trainer.step,
    isAverage,
    useStatisticsOf,
    close,
  };
}

/** Where latents come from: the run's prior, or a truncation by its convention. */
export function latentSource(
  { container, config }: Pick<OpenedGenerator, 'container' | 'config'>,
  truncation: ComponentChoice | undefined,
): Prior | Truncation {
  return truncation ? container.resolve('truncation', truncation) : container.resolve('prior', config.prior);
}

/** Folder of a run's checkpoint. @throws NO_CHECKPOINT, NO_BEST_CHECKPOINT */
export async function checkpointFolder(run: string, wanted: CheckpointChoice): Promise<string> {
  const ofStep = (step: number): string => join(run, runLayout.checkpoints, stepFolderName(step));
  if (typeof wanted === 'number') return ofStep(wanted);
  if (wanted === 'best') {
    const best = await readBest(run);
    if (best === null) throw noBestCheckpoint(run);
    return ofStep(best.step);
  }
  const { checkpoint, skipped } = await latestCheckpoint(run);
  if (checkpoint) return checkpoint.folder;
  throw noCheckpoint(run, skipped.length);
}
