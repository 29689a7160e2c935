import type { StepReport } from '@ganymede/trainer';
import { type TrainingSession, watchOne } from '@ganymede/runs';
import { upperMedian } from '@ganymede/core';

/** What a stabilizer costs a run. */
export interface WatchingCost {
  readonly use: string;
  /** Steps between its observations. */
  readonly interval: number;
  /** Of the first observation, which compiles what the stabilizer has. */
  readonly firstSeconds: number;
  readonly medianSeconds: number;
  /** Time over that of the steps between two observations. */
  readonly shareOfRun: number;
}

const repetitions = 3;

/** Shows every stabilizer of a run the same step, once to compile and then to measure. */
export async function watchingCosts(
  session: TrainingSession,
  report: StepReport,
  stepSeconds: number,
  now: () => number,
): Promise<WatchingCost[]> {
  const costs: WatchingCost[] = [];
  for (const [index, stabilizer] of session.stabilizers.entries()) {
    const times: number[] = [];
    for (let run = 0; run <= repetitions; run++) {
      const start = now();
      await watchOne(session, stabilizer, report, {}, null);
      times.push((now() - start) / 1000);
    }
    const [firstSeconds, ...others] = times as [number, ...number[]];
    const medianSeconds = upperMedian(others);
    const { interval } = stabilizer;
    costs.push({
      use: session.config.stabilizers[index]!.use,
      interval,
      firstSeconds,
      medianSeconds,
      shareOfRun: medianSeconds / (interval * stepSeconds),
    });
  }
  return costs;
}
