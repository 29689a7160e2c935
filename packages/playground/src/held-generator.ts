import { checkpointsFolder, runLayout, stepFolderName } from '@ganymede/checkpoints';
import type { PluginHost } from '@ganymede/core';
import { averageTensors } from '@ganymede/posthoc-ema';
import { assignVariables, hostFloats, openGenerator, type OpenedGenerator } from '@ganymede/runs';
import { ImageMaker } from '@ganymede/sampling';
import { averagedVariables } from '@ganymede/trainer';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Which weights: the moving average, the trained ones, or an average of another length, which ends at a snapshot. */
export type Weights =
  | { readonly kind: 'ema' }
  | { readonly kind: 'trained' }
  | { readonly kind: 'average'; readonly sigmaRel: number; readonly step: number };

/** Which generator of a run. */
export interface GeneratorPlace {
  /** Folder of the run. */
  readonly run: string;
  /** Of a checkpoint, or of the snapshot that an average ends at. */
  readonly step: number;
  readonly weights: Weights;
}

/** A generator that stays open between pictures, with what was compiled for them. */
export class HeldGenerator {
  private constructor(
    /** Of the files that it was read from. */
    readonly key: string,
    readonly opened: OpenedGenerator,
    readonly maker: ImageMaker,
  ) {}

  /** @throws as `openGenerator`; for an average as `averageTensors` */
  static async open(host: PluginHost, place: GeneratorPlace): Promise<HeldGenerator> {
    const { run, step, weights } = place;
    // Files that are replaced while they are read make a generator that no later key is equal to.
    const key = await keyOf(place);
    const opened =
      weights.kind === 'average'
        ? await openAverage(host, run, weights)
        : await openGenerator(host, { run, checkpoint: step, ema: weights.kind === 'ema' });
    return new HeldGenerator(key, opened, new ImageMaker(opened));
  }

  close(): Promise<void> {
    this.maker.dispose();
    return this.opened.close();
  }
}

/** A run's network with an average's weights, as `sample` makes images of the run that `ganymede ema` writes. */
async function openAverage(
  host: PluginHost,
  run: string,
  average: Extract<Weights, { readonly kind: 'average' }>,
): Promise<OpenedGenerator> {
  const tensors = await averageTensors(run, average);
  const opened = await openGenerator(host, { run, ema: false });
  try {
    assignVariables(run, averagedVariables(opened.generator), hostFloats(tensors));
  } catch (error) {
    await opened.close();
    throw error;
  }
  return {
    ...opened,
    step: average.step,
    isAverage: true,
    // Tables of statistics go with the weights that they came with.
    useStatisticsOf: () => Promise.resolve(false),
  };
}

/** Tells files of one name apart: a checkpoint that was made again, or a run of the same name, is another generator. */
export async function keyOf({ run, step, weights }: GeneratorPlace): Promise<string> {
  const parent = checkpointsFolder(run, weights.kind === 'average' ? runLayout.emaSnapshots : undefined);
  const found = await stat(join(parent, stepFolderName(step))).catch(() => null);
  return JSON.stringify([run, step, weights, found && [found.ino, found.ctimeMs]]);
}
