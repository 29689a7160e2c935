import type { RandomStream } from '@ganymede/core';
import type { StepDurations } from './step-durations.js';

/** What becomes of a run whose processes fail. */
export interface FailureModel {
  readonly workers: number;
  /** Mean time to failure of one host. */
  readonly hostSecondsToFailure: number;
  readonly checkpointSeconds: number;
  /** From a failure until the steps go on: noticed, started again, the checkpoint read. */
  readonly downSeconds: number;
}

/** So many failures tell the share of lost time to a few percent of itself. */
const failuresWanted = 2000;
/** Where failures are rare, the simulation ends without them. */
const segmentsWanted = 400_000;

/**
 * Share of time that goes into steps that stay. Failures come at random, at a rate that is that of one host times their number, also while
 * a run starts again; whatever was done since the last checkpoint is done again. Steps between two checkpoints are one segment, whose
 * time the durations know at once, so that a simulation takes as long as it has segments and failures.
 * @param everySteps - between two checkpoints
 */
export function simulatedGoodput(
  { workers, hostSecondsToFailure, checkpointSeconds, downSeconds }: FailureModel,
  durations: StepDurations,
  everySteps: number,
  random: RandomStream,
): number {
  const mean = hostSecondsToFailure / workers;
  const untilFailure = (): number => -mean * Math.log(1 - random.nextUniform());
  let [kept, spent, step, failures] = [0, 0, 0, 0];
  let left = untilFailure();
  for (let segment = 0; segment < segmentsWanted && failures < failuresWanted; segment++) {
    const work = durations.seconds(step, everySteps);
    step += everySteps;
    if (left >= work + checkpointSeconds) {
      left -= work + checkpointSeconds;
      spent += work + checkpointSeconds;
      kept += work;
      continue;
    }
    spent += left;
    failures++;
    // What fails while the run starts again makes it start again.
    for (left = untilFailure(); left < downSeconds && failures < failuresWanted; left = untilFailure()) {
      spent += left;
      failures++;
    }
    const down = Math.min(left, downSeconds);
    spent += down;
    left -= down;
  }
  return kept / spent;
}
