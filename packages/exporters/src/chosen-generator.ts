import { GanymedeError, type PluginHost } from '@ganymede/core';
import { readChosen, truncationOfOtherStep, withStatistics } from '@ganymede/evaluation';
import {
  assignVariables,
  hostFloats,
  openGenerator,
  readVariables,
  type CheckpointChoice,
  type OpenedGenerator,
} from '@ganymede/runs';
import type { HostTensor } from '@ganymede/safetensors';
import { averagedVariables } from '@ganymede/trainer';
import type { CardSubject } from './model-card.js';

/** What an export of a generator as one graph is told. */
export interface GraphExportOptions {
  /** Folder of the run. */
  readonly run: string;
  /** Name of the run, for the card. */
  readonly name: string;
  /** Made if it is not there; nothing in it is overwritten. */
  readonly out: string;
  readonly checkpoint?: CheckpointChoice;
  /**
   * Weights of the moving average, where there are some; by default those that the truncation was chosen with, and
   * without a truncation the average's.
   */
  readonly ema?: boolean;
  /** Path of a threshold that `truncate` chose, whose statistics of batch normalization the model takes. */
  readonly truncation?: string;
  /** SPDX identifier for the card. */
  readonly license?: string;
}

/** An opened generator, with the statistics of a threshold where one was chosen, and what its card says of it. */
export interface ChosenGenerator extends OpenedGenerator {
  readonly subject: CardSubject;
}

/**
 * Opens a run's generator, which whoever called closes.
 * @throws RUN_NOT_FOUND, NO_CHECKPOINT, TRUNCATION_DAMAGED, TRUNCATION_OF_OTHER_STEP, TRUNCATION_OF_OTHER_WEIGHTS,
 * TRUNCATION_DOES_NOT_FIT
 */
export async function openChosen(host: PluginHost, options: GraphExportOptions): Promise<ChosenGenerator> {
  const { run, name, truncation } = options;
  const chosen = truncation === undefined ? null : { path: truncation, ...(await readChosen(truncation)) };
  // Statistics belong to the weights that they were measured with.
  const measured = chosen && chosen.chosen.manifest.sampling.weights === 'ema';
  if (chosen && options.ema !== undefined && options.ema !== measured)
    throw truncationOfOtherWeights(chosen.path, chosen.chosen.manifest.sampling.weights);
  const checkpoint = options.checkpoint ?? chosen?.chosen.step;
  const opened = await openGenerator(host, {
    run,
    ema: measured ?? options.ema ?? true,
    ...(checkpoint !== undefined && { checkpoint }),
  });
  try {
    if (chosen) await takeStatistics(opened, chosen);
  } catch (error) {
    await opened.close();
    throw error;
  }
  const { generator, classes, config, step, isAverage } = opened;
  return {
    ...opened,
    subject: {
      name,
      generator: config.generator,
      imageShape: generator.imageShape,
      classes: [...classes],
      trained: { step, weights: isAverage ? 'ema' : 'trained' },
      truncation: chosen && thresholdOf(chosen.chosen),
      weights: { precision: 'float32' },
    },
  };
}

type Chosen = Awaited<ReturnType<typeof readChosen>>;

/** The running averages of a generator become the statistics of a threshold. */
async function takeStatistics(
  { generator, step }: OpenedGenerator,
  { path, chosen, statistics }: Chosen & { readonly path: string },
): Promise<void> {
  if (chosen.step !== step) throw truncationOfOtherStep(path, chosen.step, step);
  const variables = averagedVariables(generator);
  const own: Record<string, HostTensor> = {};
  for (const [name, tensor] of Object.entries(await readVariables(variables)))
    own[name] = { dtype: 'F32', ...tensor };
  assignVariables(path, variables, hostFloats(withStatistics(own, statistics, path)));
}

const thresholdOf = ({ convention, threshold }: Chosen['chosen']): CardSubject['truncation'] =>
  threshold === null ? null : { convention, threshold };

const inWords = { ema: 'the moving average', trained: 'the trained weights' } as const;

function truncationOfOtherWeights(path: string, measured: 'ema' | 'trained'): GanymedeError {
  const other = measured === 'ema' ? 'trained' : 'ema';
  return new GanymedeError(
    'TRUNCATION_OF_OTHER_WEIGHTS',
    `${path}: expected a threshold that was chosen for ${inWords[other]}, got one for ${inWords[measured]}`,
    { kind: 'usage', hint: `Leave ${measured === 'ema' ? '--no-ema' : '--ema'} out: the threshold tells.` },
  );
}
