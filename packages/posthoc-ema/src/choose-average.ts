import type { ComponentChoice, PluginHost } from '@ganymede/core';
import { readResolvedConfig } from '@ganymede/config';
import { chooseMetrics, evaluateRun, type Evaluation, type EvaluateRunOptions } from '@ganymede/evaluation';
import { writeFileSafely } from '@ganymede/files';
import { join } from 'node:path';
import { cannotChoose, noneIsANumber } from './errors.js';
import {
  averagesFolder,
  rebuildAverages,
  type RebuildOptions,
  type WrittenAverage,
} from './rebuild-averages.js';

export interface ChooseOptions
  extends RebuildOptions, Omit<EvaluateRunOptions, 'run' | 'checkpoint' | 'ema'> {
  /** Name of the number that decides, e.g. `fid`. */
  readonly number: string;
  readonly onMeasured?: (measured: MeasuredAverage) => void;
}

export interface MeasuredAverage extends WrittenAverage {
  readonly evaluation: Evaluation;
}

export interface ChosenAverage {
  readonly number: string;
  readonly best: MeasuredAverage;
  /** From the shortest to the longest. */
  readonly measured: readonly MeasuredAverage[];
  /** File that tells of the choice. */
  readonly path: string;
}

/**
 * Rebuilds averages, measures each in the same way, and says which is best by a number. Every evaluation is kept with its
 * manifest in the folder of its average; the choice in `<out>/<number>-<step>.json`.
 * @throws CANNOT_CHOOSE before anything is measured, and where the number is none for every average; as `rebuildAverages` and `evaluateRun`
 */
export async function chooseAverage(host: PluginHost, options: ChooseOptions): Promise<ChosenAverage> {
  const { run, number, out = averagesFolder(run), onMeasured, ...measure } = options;
  const way = await wayOf(host, options);
  const measured: MeasuredAverage[] = [];
  for (const average of await rebuildAverages({ ...options, out })) {
    const { evaluation } = await evaluateRun(host, { ...measure, run: average.folder, ema: true });
    const one = { ...average, evaluation };
    measured.push(one);
    onMeasured?.(one);
  }
  const valueOf = ({ evaluation }: MeasuredAverage): number => evaluation.numbers[number] ?? Number.NaN;
  const usable = measured.filter((one) => !Number.isNaN(valueOf(one)));
  if (usable.length === 0) throw noneIsANumber(number);
  const sign = way === 'lower' ? 1 : -1;
  const best = usable.reduce((one, other) => (sign * valueOf(other) < sign * valueOf(one) ? other : one));
  const path = join(out, `${number}-${best.manifest.step}.json`);
  const told = {
    number,
    better: way,
    best: best.manifest.sigmaRel,
    averages: measured.map(({ folder, manifest, evaluation }) => ({ folder, ...manifest, evaluation })),
  };
  await writeFileSafely(path, `${JSON.stringify(told, null, 2)}\n`);
  return { number, best, measured, path };
}

/** Which way of the number is better. @throws CANNOT_CHOOSE, UNKNOWN_COMPONENT, BAD_OPTION */
async function wayOf(host: PluginHost, options: ChooseOptions): Promise<'lower' | 'higher'> {
  const { run, number, plugins = [] } = options;
  const config = await readResolvedConfig(run);
  const components = await host.open({ config, plugins, runFolder: run });
  const metrics: readonly ComponentChoice[] = options.metrics ?? config.metrics;
  const known = chooseMetrics(components, metrics).flatMap(({ metric }) => Object.entries(metric.outputs));
  const way = known.find(([name]) => name === number)?.[1];
  if (way === 'lower' || way === 'higher') return way;
  throw cannotChoose(
    number,
    known.filter(([, one]) => one !== 'neither').map(([name]) => name),
  );
}
