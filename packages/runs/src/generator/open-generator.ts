import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  checkpointSteps,
  latestCheckpoint,
  readBest,
  runLayout,
  stepFolderName,
} from '@ganymede/checkpoints';
import {
  sidesOf,
  type Backend,
  type BackendDescription,
  type Generator,
  type ImageShape,
  type NamedVariables,
  type Plugin,
  type Prior,
  type Truncation,
  type ComponentChoice,
  type Components,
  type PluginHost,
  type WorkersSpec,
} from '@ganymede/core';
import { hashOfBytes } from '@ganymede/files';
import { soleWorker, type WorkerGroup } from '@ganymede/workers';
import { averagedVariables } from '@ganymede/trainer';
import type { ClassList } from '@ganymede/classes';
import { readResolvedConfig, type ResolvedConfig } from '@ganymede/config';
import { latestDamaged, noBestCheckpoint, noCheckpoint, noSuchCheckpoint } from '../errors.js';
import { statisticsOfTruncation } from './truncation-statistics.js';
import { dataCache } from '../engine/cache.js';
import type { OpenBackend } from '../engine/open-backend.js';
import type { CheckpointChoice } from './checkpoint-choice.js';
import { openParts } from '../parts/open-parts.js';
import { runParts } from '../parts/run-parts.js';
import { classListOf, readTrained } from '../training/session-state.js';
import { hostFloats } from '../training/training-session.js';
import { assignVariables } from '../engine/variables.js';

export interface OpenGeneratorOptions {
  /** Folder of the run. */
  readonly run: string;
  readonly checkpoint?: CheckpointChoice;
  /** Weights of the moving average instead of the trained ones. */
  readonly ema: boolean;
  /** Another backend than the run's. */
  readonly backend?: ComponentChoice;
  readonly plugins?: readonly Plugin[];
  /** The processes that make the images together, this one among them; each opens the run. */
  readonly workers?: WorkersSpec | undefined;
}

/** A run's generator with the weights of a checkpoint, and what it needs to make images. */
export interface OpenedGenerator {
  readonly generator: Generator;
  readonly config: ResolvedConfig;
  readonly container: Components;
  readonly backend: Backend;
  readonly description: BackendDescription;
  /** The processes that make the images; one where this process is alone. */
  readonly group: WorkerGroup;
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
  close(): Promise<void>;
}

/**
 * Opens a run's generator. Needs no lock and changes nothing, so it works beside a run that goes on.
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, NO_BEST_CHECKPOINT, WEIGHTS_MISMATCH; WORKERS_DIFFER where processes have other weights
 */
export async function openGenerator(
  host: PluginHost,
  options: OpenGeneratorOptions,
): Promise<OpenedGenerator> {
  const config = await readResolvedConfig(options.run);
  const own = await checkpointFolder(options.run, options.checkpoint ?? 'latest');
  const isAverage = options.ema && config.ema !== null;
  const file = isAverage ? 'ema.safetensors' : 'generator.safetensors';
  const components = await host.open({
    config,
    plugins: options.plugins ?? [],
    runFolder: options.run,
  });
  const parts = openParts({
    components,
    config: { ...config, backend: options.backend ?? config.backend },
    cacheFolder: dataCache(),
    workers: options.workers,
  });
  const shape = { ...sidesOf(config.resolution), channels: config.channels };
  let generator: Generator;
  let engine: OpenBackend;
  let variables: NamedVariables;
  let group: WorkerGroup;
  let folder: string;
  let trained: Awaited<ReturnType<typeof readTrained>>;
  let weights: ReturnType<typeof hostFloats>;
  try {
    group = options.workers ? await parts.get(runParts.workers) : soleWorker;
    // A run that goes on may have a newer one by now for a process that looked later.
    folder = join(dirname(own), await group.share(basename(own)));
    trained = await readTrained(folder, [file]);
    weights = hostFloats(trained.tensorFiles[file]!);
    if (group.size > 1) await group.expectSame({ weights: hashOf(weights) });
    // The checkpoint knows the classes, so that the data need not be there.
    parts.provide(runParts.images, { imageShape: shape, classes: trained.state.data.classes });
    engine = await parts.get(runParts.engine);
    generator = await parts.get(runParts.generator);
    variables = averagedVariables(generator);
    assignVariables(join(folder, file), variables, weights);
  } catch (error) {
    await parts.dispose();
    throw error;
  }
  let isOfTruncation = false;
  const useStatisticsOf = async (truncation: ComponentChoice | undefined): Promise<boolean> => {
    const table = await statisticsOfTruncation(folder, truncation);
    if (table || isOfTruncation)
      assignVariables(join(folder, file), variables, { ...weights, ...hostFloats(table ?? {}) });
    return (isOfTruncation = table !== null);
  };
  const { data, trainer } = trained.state;
  const { classes } = data;
  return {
    generator,
    config,
    container: components,
    backend: engine.backend,
    description: engine.description,
    group,
    classes,
    classList: classListOf(data),
    shape,
    folder,
    step: trainer.step,
    isAverage,
    useStatisticsOf,
    close: () => parts.dispose(),
  };
}

/** Of all values, by name. */
function hashOf(weights: ReturnType<typeof hostFloats>): string {
  const parts = Object.entries(weights).flatMap(([name, { data }]) => [
    Buffer.from(name),
    Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  ]);
  return hashOfBytes(Buffer.concat(parts)).slice(0, 12);
}

/** Where latents come from: the run's prior, or a truncation by its convention. */
export function latentSource(
  { container, config }: Pick<OpenedGenerator, 'container' | 'config'>,
  truncation: ComponentChoice | undefined,
): Prior | Truncation {
  return truncation ? container.resolve('truncation', truncation) : container.resolve('prior', config.prior);
}

/**
 * Folder of a run's checkpoint. The latest is the newest of all: where that one is damaged an older one is not taken for
 * it without a word, for what is made or measured then is of another step than asked for.
 * @throws NO_CHECKPOINT, NO_BEST_CHECKPOINT, CHECKPOINT_DAMAGED
 */
export async function checkpointFolder(run: string, wanted: CheckpointChoice): Promise<string> {
  const ofStep = (step: number): string => join(run, runLayout.checkpoints, stepFolderName(step));
  if (typeof wanted === 'number') {
    const steps = await checkpointSteps(run);
    if (!steps.includes(wanted)) throw noSuchCheckpoint(run, wanted, steps);
    return ofStep(wanted);
  }
  if (wanted === 'best') {
    const best = await readBest(run);
    if (best === null) throw noBestCheckpoint(run);
    return ofStep(best.step);
  }
  const { checkpoint, skipped } = await latestCheckpoint(run);
  if (!checkpoint) throw noCheckpoint(run, skipped.length);
  // A rollback may have removed one while it was looked at.
  const newest = skipped.find(({ folder }) => existsSync(folder));
  if (newest) throw latestDamaged(run, newest, checkpoint.step);
  return checkpoint.folder;
}
