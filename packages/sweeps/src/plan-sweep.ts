import { isGanymedeError, type PluginHost } from '@ganymede/core';
import type { ResolvedConfig } from '@ganymede/config';
import { plan as planRun, type UsefulWork } from '@ganymede/bench';
import { imagesOf } from './equal-images.js';
import { expectMeasuring } from './expect-measuring.js';
import { networkWork } from './network-work.js';
import type { ResolvedSweep, SweepRun } from './resolve-sweep.js';
import { expectSameRuns, isDone, runStates, type RunState } from './run-state.js';

/** A run that is still to be trained, or to be trained on. */
export interface PlannedRun {
  readonly id: string;
  readonly cell: string;
  readonly seed: number;
  readonly steps: number;
  /** Steps that are done already. */
  readonly done: number;
  /** Real images that the discriminator sees in the whole run. */
  readonly images: number;
  /** Trained numbers of both networks. */
  readonly parameters: number;
  /** Operations that are left to do, of the networks alone. */
  readonly work: number;
}

export interface SweepPlan {
  readonly cells: number;
  readonly runs: number;
  /** Runs that are trained and measured. */
  readonly done: number;
  /** Runs that a stabilizer ended, which are left alone unless they are retried. */
  readonly stopped: number;
  readonly toTrain: readonly PlannedRun[];
  /** Runs that are trained and only have to be measured. */
  readonly toMeasure: number;
  /** An estimate of all training that is left; null where nothing was timed. */
  readonly seconds: number | null;
  /** What the estimate rests on, in words. */
  readonly basis: string;
}

export interface PlanSweepOptions {
  readonly folder: string;
  /** Time a few steps of the run with the most work, where no run of the sweep has been timed; true by default. */
  readonly measure?: boolean;
  /** Runs that a stabilizer ended count as to be trained. */
  readonly retry?: boolean;
  readonly onEvent?: (text: string) => void;
}

/**
 * Says what there is to do for a sweep and about how long it takes. Data are opened and networks built, so that what
 * cannot work is told here. Nothing is trained and nothing written.
 * @throws RUN_CONFIG_DIFFERS, WEIGHTS_NOT_FOUND, and what data and networks throw, naming the cells
 */
export async function planSweep(sweep: ResolvedSweep, options: PlanSweepOptions): Promise<SweepPlan> {
  const { folder, measure = true, retry = false, onEvent = () => undefined } = options;
  await expectSameRuns(sweep, folder);
  await expectMeasuring(sweep);
  const states = await runStates(sweep, folder);
  const left = states.filter((state) => !state.isTrained && (retry || !state.isStopped));
  const work = await networkWork(
    sweep.host,
    left.map(({ run }) => run),
    onEvent,
  );
  const toTrain = left.map((state) => planned(state, work.get(state.run.id)!));
  const forecast = await timePerWork(sweep.host, left, toTrain, states, measure, onEvent);
  return {
    cells: sweep.cells.length,
    runs: states.length,
    done: states.filter(isDone).length,
    stopped: states.filter((state) => !state.isTrained && !retry && state.isStopped).length,
    toTrain,
    toMeasure: states.filter((state) => state.isTrained && !state.isMeasured).length,
    seconds:
      forecast.secondsPerOperation === null
        ? null
        : toTrain.reduce(
            (sum, { work: own }) => sum + forecast.firstSeconds + own * forecast.secondsPerOperation!,
            0,
          ),
    basis: forecast.basis,
  };
}

function planned({ run, record }: RunState, work: UsefulWork): PlannedRun {
  const { id, cell, seed, config } = run;
  const { steps } = config;
  const { generator, discriminator } = work.parameters;
  return {
    id,
    cell,
    seed,
    steps,
    done: Math.min(record.step, steps),
    images: imagesOf(config),
    parameters: generator + discriminator,
    work: operationsPerStep(config, work) * Math.max(0, steps - record.step),
  };
}

/** Operations of one generator step and the discriminator steps before it. */
function operationsPerStep(
  { batchSize, accumulation, discriminatorSteps }: ResolvedConfig,
  { discriminatorStep, generatorStep }: UsefulWork,
): number {
  return batchSize * accumulation * (discriminatorSteps * discriminatorStep + generatorStep);
}

interface Forecast {
  readonly secondsPerOperation: number | null;
  /** Of opening and compiling, once a run. */
  readonly firstSeconds: number;
  readonly basis: string;
}

async function timePerWork(
  host: PluginHost,
  left: readonly RunState[],
  toTrain: readonly PlannedRun[],
  states: readonly RunState[],
  measure: boolean,
  onEvent: (text: string) => void,
): Promise<Forecast> {
  if (toTrain.length === 0) return { secondsPerOperation: 0, firstSeconds: 0, basis: 'nothing to train' };
  const timed = states.filter(({ isTrained, record }) => isTrained && record.seconds > 0);
  if (timed.length > 0) {
    const work = await networkWork(
      host,
      timed.map(({ run }) => run),
      onEvent,
    );
    const total = timed.reduce(
      (sum, { run }) => sum + operationsPerStep(run.config, work.get(run.id)!) * run.config.steps,
      0,
    );
    const seconds = timed.reduce((sum, { record }) => sum + record.seconds, 0);
    const basis = `from ${timed.length} trained ${timed.length === 1 ? 'run' : 'runs'}`;
    return { secondsPerOperation: seconds / total, firstSeconds: 0, basis };
  }
  if (!measure) return { secondsPerOperation: null, firstSeconds: 0, basis: 'not timed' };
  const most = toTrain.reduce((best, one, i) => (one.work > toTrain[best]!.work ? i : best), 0);
  return timedRun(host, left[most]!.run, toTrain[most]!, onEvent);
}

/** A run that cannot be timed is no reason not to begin: it may be the one cell that fails. */
async function timedRun(
  host: PluginHost,
  run: SweepRun,
  { work, steps, done }: PlannedRun,
  onEvent: (text: string) => void,
): Promise<Forecast> {
  onEvent(`timing ${run.cell}`);
  try {
    const measured = await planRun(host, { config: run.config, plugins: run.plugins, steps: 2 });
    const rest = measured.totalSeconds - measured.firstStepSeconds;
    return {
      secondsPerOperation: (rest * ((steps - done) / steps)) / work,
      firstSeconds: measured.firstStepSeconds,
      basis: `from a few steps of ${run.cell}`,
    };
  } catch (error) {
    if (!isGanymedeError(error)) throw error;
    return {
      secondsPerOperation: null,
      firstSeconds: 0,
      basis: `${run.cell} could not be timed: ${error.message}`,
    };
  }
}
