import { join } from 'node:path';
import { readEvents, runLayout } from '@ganymede/checkpoints';
import { seriesOf } from '@ganymede/analysis';
import { type ResolvedConfig } from '@ganymede/config';
import type { ComponentChoice, Plugin, PluginHost } from '@ganymede/core';
import { writeFileSafely } from '@ganymede/files';
import { openDataset } from '@ganymede/runs';
import {
  parseSweep,
  resolveSweep,
  runFolderOf,
  runSweep,
  type ResolvedSweep,
  type SweepEvent,
  type SweepOutcome,
} from '@ganymede/sweeps';
import { badGammas, badTrialSteps } from '../errors.js';
import { chooseGamma } from './choose-gamma.js';
import { judgeTrial, type TrialVerdict } from './judge-trial.js';
import { gammasAround, hasGamma, penaltiesOf, withGamma, type AddedPenalty } from './penalties.js';

export interface ProbeGammaOptions {
  readonly config: ResolvedConfig;
  readonly plugins?: readonly Plugin[];
  /** Its trials lie below it, as the runs of a sweep; `gamma.json` says what they showed. */
  readonly folder: string;
  /** From a sixteenth to sixteen times the config's by default. */
  readonly gammas?: readonly number[];
  /** A penalty that is added where the config has none with gamma. */
  readonly regularizer?: AddedPenalty;
  /** Generator steps of each trial; 500 by default. */
  readonly steps?: number;
  /** With it, FID is measured of each trial, with the weights as they are. */
  readonly extractor?: ComponentChoice;
  /** Generated images of FID; 2,000 by default. */
  readonly samples?: number;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: SweepEvent) => void;
}

/** What trials of several gammas showed, and how one was chosen; `gamma.json` holds it. */
export interface GammaProbe {
  readonly format: 1;
  /** Penalties that were tried, but for their gamma. */
  readonly penalties: readonly string[];
  /** What the gammas were chosen around. */
  readonly centre: { readonly gamma: number; readonly origin: string };
  readonly steps: number;
  readonly seed: number;
  /** Images that D never saw. */
  readonly heldOut: number;
  readonly metric: string | null;
  /** By gamma, the smallest first. */
  readonly trials: readonly TrialVerdict[];
  /** Null where none holds, or not all of them were made. */
  readonly best: number | null;
  readonly rule: string;
  /** `regularizers` of a config that takes the best; null where there is none. */
  readonly regularizers: readonly ComponentChoice[] | null;
  /** What was trained, each trial with its gamma: the config of the first. */
  readonly config: ResolvedConfig;
  readonly folder: string;
  /** Whether every trial was made; one that broke off has shown that its gamma does not hold. */
  readonly finished: boolean;
}

const defaults = { steps: 500, samples: 2000 };
const resultFile = 'gamma.json';

/**
 * Trains a config for a few steps with each of several gammas, from one seed, and says which hold. The trials are a sweep:
 * the same call goes on where an earlier one was stopped.
 * @throws NO_GAMMA, BAD_ADVICE_OPTION, and what a sweep throws before it begins
 */
export async function probeGamma(host: PluginHost, options: ProbeGammaOptions): Promise<GammaProbe> {
  const { config, folder, steps = Math.min(defaults.steps, config.steps), extractor = null } = options;
  const { regularizers, centre, origin } = penaltiesOf(config, options.regularizer ?? null);
  if (!Number.isInteger(steps) || steps < 1) throw badTrialSteps(steps);
  const gammas = [...(options.gammas ?? gammasAround(centre))].sort((a, b) => a - b);
  if (
    gammas.length < 2 ||
    new Set(gammas).size < gammas.length ||
    !gammas.every((one) => one > 0 && Number.isFinite(one))
  )
    throw badGammas(gammas.join(', '));
  const heldOut =
    config.heldOut > 0 ? config.heldOut : await imagesToHoldOut(host, config, options.plugins ?? []);
  const { name: _, plugins: named, ...base } = config;
  const spec = parseSweep(
    {
      name: 'gamma',
      base,
      plugins: named,
      set: {
        steps,
        heldOut,
        'checkpoint.every': steps,
        'sample.every': steps,
        'log.every': 1,
        'evaluate.every': 0,
        stabilizers: [
          { use: 'non-finite' },
          { use: 'spectrum' },
          { use: 'probe', interval: lookInterval(steps) },
          { use: 'collapse-guard', action: 'warn' },
        ],
      },
      cells: gammas.map((gamma) => ({
        name: `gamma=${gamma}`,
        set: { regularizers: withGamma(regularizers, gamma) },
      })),
      seeds: [config.seed],
      evaluate: extractor && {
        metrics: [{ use: 'fid' }],
        extractor,
        samples: options.samples ?? defaults.samples,
        // The average of a whole run has hardly begun in a trial.
        ema: false,
      },
    },
    'probe-gamma',
    '.',
  );
  const sweep = await resolveSweep(host, spec, { plugins: options.plugins ?? [] });
  const { signal, onEvent } = options;
  const outcome = await runSweep({ sweep, folder, ...(signal && { signal }), ...(onEvent && { onEvent }) });
  const metric = extractor === null ? null : 'fid';
  const trials = await verdicts(sweep, folder, gammas, outcome, metric);
  const { gamma: best, rule } = chooseGamma(trials, metric);
  const result: GammaProbe = {
    format: 1,
    penalties: regularizers.filter(hasGamma).map(({ use }) => use),
    centre: { gamma: centre, origin },
    steps,
    seed: config.seed,
    heldOut,
    metric,
    trials,
    best,
    rule,
    regularizers: best === null ? null : withGamma(regularizers, best),
    config: sweep.runs[0]!.config,
    folder,
    finished: trials.every(({ isMade }) => isMade),
  };
  await writeFileSafely(join(folder, resultFile), `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

async function verdicts(
  sweep: ResolvedSweep,
  folder: string,
  gammas: readonly number[],
  { results, ends }: SweepOutcome,
  metric: string | null,
): Promise<readonly TrialVerdict[]> {
  return Promise.all(
    gammas.map(async (gamma, i) => {
      const { id } = sweep.cells[i]!.runs[0]!;
      const run = results.runs.find((one) => one.id === id)!;
      const { events } = await readEvents(join(runFolderOf(folder, id), runLayout.events));
      const end = ends[id];
      return judgeTrial(seriesOf(events), {
        gamma,
        steps: run.step,
        isWhole: run.state === 'done',
        // What an earlier start failed with says nothing of a trial that is still to be tried again.
        error: end?.state === 'failed' ? { code: end.error.code, message: end.error.message } : null,
        metric: metric === null ? null : (run.evaluation?.numbers[metric] ?? null),
      });
    }),
  );
}

/**
 * The guard's signals were chosen on looks that are 25 steps apart. Closer ones show it the first steps of a healthy run, when
 * D's outputs on real and generated images come together, as a loss of separation.
 */
const usualInterval = 25;
/** A trial that is too short for two such looks has closer ones, so that it is looked at at all. */
const lookInterval = (steps: number): number =>
  steps >= 2 * usualInterval ? usualInterval : Math.max(1, Math.floor(steps / 2));

const share = 20;
const most = 500;

/** Without images that D never sees there is no telling whether it memorizes. */
async function imagesToHoldOut(
  host: PluginHost,
  config: ResolvedConfig,
  plugins: readonly Plugin[],
): Promise<number> {
  const components = await host.open({ config, plugins });
  const dataset = await openDataset(components, config.data, config);
  try {
    return Math.min(most, Math.floor(dataset.length / share));
  } finally {
    await dataset.close();
  }
}
