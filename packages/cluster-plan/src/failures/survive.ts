import { RandomStream } from '@ganymede/core';
import { stallRule } from '@ganymede/workers';
import type { ClusterInputs } from '../cluster-inputs.js';
import { clusterInputMissing } from '../errors.js';
import { costOf, type Prediction } from '../predict.js';
import { bestInterval, type IntervalGoodput } from './best-interval.js';
import { youngInterval } from './daly.js';
import { simulatedGoodput } from './simulate-run.js';
import { StepDurations } from './step-durations.js';

/** What failures make of a run. */
export interface Survival {
  /** Mean time to the failure of any host. */
  readonly secondsToFailure: number;
  /** From a failure until its processes are told to start again. */
  readonly detectSeconds: number;
  readonly best: IntervalGoodput;
  readonly bestSeconds: number;
  /** With the interval of the config. */
  readonly configured: IntervalGoodput;
  /** Of Young's formula, for comparison. */
  readonly youngSeconds: number;
  /** Intervals that were simulated. */
  readonly tried: readonly IntervalGoodput[];
  /** The run with the best interval. */
  readonly runSeconds: number;
  readonly cost: number | null;
}

/** A process that hangs or is cut off is noticed when no step is done for so long. */
const detectSeconds = (stepSeconds: number): number =>
  Math.max(stallRule.leastSeconds, stallRule.steps * stepSeconds);

/**
 * Simulates a run with failures at many intervals between checkpoints.
 * @returns null where no mean time to failure is given
 * @throws CLUSTER_INPUT_MISSING
 */
export function survive(inputs: ClusterInputs, prediction: Prediction): Survival | null {
  const { hostSecondsToFailure, checkpointSeconds, restartSeconds, jitter, config, price } = inputs;
  if (!hostSecondsToFailure) return null;
  if (!checkpointSeconds)
    throw clusterInputMissing('checkpoint', 'Say how fast a checkpoint is written: --write-rate 500MB.');
  if (!restartSeconds)
    throw clusterInputMissing('restart', 'Say how long it takes until the steps go on: --restart 2min.');
  const { workers, computeSeconds, exchangeSeconds, readSeconds, stepSeconds } = prediction;
  const durations = new StepDurations(
    {
      workers,
      computeSeconds,
      jitter: jitter?.value ?? 0,
      otherSeconds: exchangeSeconds,
      leastSeconds: readSeconds ?? 0,
    },
    RandomStream.create(config.seed, 'stragglers'),
  );
  const noticed = detectSeconds(stepSeconds);
  const model = {
    workers,
    hostSecondsToFailure: hostSecondsToFailure.value,
    checkpointSeconds: checkpointSeconds.value,
    downSeconds: noticed + restartSeconds.value,
  };
  const { best, tried } = bestInterval(model, durations, config.seed);
  const { every } = config.checkpoint;
  const goodput = simulatedGoodput(model, durations, every, RandomStream.create(config.seed, 'failures'));
  const secondsToFailure = hostSecondsToFailure.value / workers;
  const runSeconds = (config.steps * durations.mean) / best.goodput;
  return {
    secondsToFailure,
    detectSeconds: noticed,
    best,
    bestSeconds: best.everySteps * durations.mean,
    configured: { everySteps: every, goodput },
    youngSeconds: youngInterval(checkpointSeconds.value, secondsToFailure),
    tried,
    runSeconds,
    cost: price && costOf(runSeconds, workers, price.value),
  };
}
