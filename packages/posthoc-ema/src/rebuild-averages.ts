import { latestCheckpoint, readRunEnvironment, runLayout } from '@ganymede/checkpoints';
import { readResolvedConfig } from '@ganymede/config';
import { noCheckpoint, readTrained } from '@ganymede/runs';
import { basename, join, resolve } from 'node:path';
import type { AverageManifest } from './average-manifest.js';
import { lengthsOf, lengthText, type AverageLength } from './length.js';
import { planAverage, rebuild } from './rebuild.js';
import { readKeptAverages, type KeptAverage } from './snapshots.js';
import { writeAverage, type Origin } from './write-average.js';

export interface RebuildOptions {
  /** Folder of the run. */
  readonly run: string;
  /** Lengths as shares of training, each above 0 and up to 1/sqrt(12). */
  readonly sigmaRels?: readonly number[];
  /** Lengths as exponents, each at least 0. */
  readonly gammas?: readonly number[];
  /** Of a snapshot, which the averages end at; the newest by default. */
  readonly step?: number;
  /** Folder that gets a folder for each average; `<run>/averages` by default. */
  readonly out?: string;
}

/** An average that was rebuilt, and the run that it was written as. */
export interface WrittenAverage {
  readonly folder: string;
  readonly manifest: AverageManifest;
}

/** Averages in memory at a time: each is held in float64. */
const atOnce = 4;

/**
 * Rebuilds averages of any length from a run's snapshots (arXiv:2312.02696, section 3.2) and writes each as a run that
 * `sample`, `evaluate`, `truncate` and `export` take. Needs no lock and changes nothing of the run, so it works beside
 * one that goes on. All lengths are planned before anything is written.
 * @returns from the shortest to the longest
 * @throws RUN_NOT_FOUND, BAD_AVERAGE_LENGTH, NO_EMA_SNAPSHOTS, EMA_SNAPSHOT_DAMAGED, EMA_SNAPSHOTS_DIFFER,
 * TOO_FEW_EMA_SNAPSHOTS, ILL_CONDITIONED, AVERAGE_EXISTS, NO_CHECKPOINT, DISK_FULL, CANNOT_WRITE
 */
export async function rebuildAverages(options: RebuildOptions): Promise<readonly WrittenAverage[]> {
  const { run, sigmaRels = [], gammas = [], step, out = averagesFolder(run) } = options;
  const lengths = lengthsOf(sigmaRels, gammas);
  const { config, data, kept } = await keptInRun(run, step);
  const plans = lengths.map((length) => planAverage(kept, length));
  const origin: Origin = {
    name: basename(resolve(run)),
    config,
    environment: await readRunEnvironment(run),
    data,
  };
  const written: WrittenAverage[] = [];
  for (let first = 0; first < plans.length; first += atOnce) {
    for (const average of await rebuild(plans.slice(first, first + atOnce))) {
      const folder = join(out, averageName(run, average));
      written.push({ folder, manifest: await writeAverage(folder, origin, average) });
    }
  }
  return written;
}

/** Name of the run that an average is written as. */
export const averageName = (
  run: string,
  average: Pick<AverageLength, 'sigmaRel'> & { step: number },
): string => `${basename(resolve(run))}-ema-${lengthText(average)}-${average.step}`;

/** Where a run's rebuilt averages are. */
export const averagesFolder = (run: string): string => join(run, runLayout.averages);

/**
 * The averages in a run's snapshots up to a step, with what the run tells of itself.
 * @throws as `readKeptAverages`; RUN_NOT_FOUND, NO_CHECKPOINT
 */
export async function keptInRun(run: string, step: number | undefined): Promise<KeptInRun> {
  const config = await readResolvedConfig(run);
  const { checkpoint, skipped } = await latestCheckpoint(run);
  if (!checkpoint) throw noCheckpoint(run, skipped.length);
  const { state } = await readTrained(checkpoint.folder, []);
  const generator = join(checkpoint.folder, 'generator.safetensors');
  const kept = await readKeptAverages(run, step, config.posthocEma !== null, generator);
  return { config, data: state.data, kept };
}

interface KeptInRun extends Pick<Origin, 'config' | 'data'> {
  /** At least one. */
  readonly kept: readonly KeptAverage[];
}
