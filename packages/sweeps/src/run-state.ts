import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isRun, runLayout } from '@ganymede/checkpoints';
import { isGanymedeError, type GanymedeError } from '@ganymede/core';
import { recipeDifferences, loadRunConfig } from '@ganymede/config';
import { cellsFailed, sweepRunDiffers } from './errors.js';
import type { ResolvedSweep, SweepRun } from './resolve-sweep.js';
import { conditionsHash, configHash, readRecord, type RunRecord } from './run-record.js';
import { runFolderOf } from './sweep-layout.js';

/** What there is to do for a run. */
export interface RunState {
  readonly run: SweepRun;
  readonly record: RunRecord;
  readonly isTrained: boolean;
  readonly isMeasured: boolean;
  /** A stabilizer ended it: training it on would end it again. */
  readonly isStopped: boolean;
}

export function isDone({ isTrained, isMeasured }: RunState): boolean {
  return isTrained && isMeasured;
}

/** Reads what became of one run. @throws SWEEP_RECORD_DAMAGED */
export async function runState(sweep: ResolvedSweep, folder: string, run: SweepRun): Promise<RunState> {
  const { evaluate } = sweep;
  const record = await readRecord(folder, run.id);
  const hash = configHash(run.config);
  const runFolder = runFolderOf(folder, run.id);
  const isTrained = record.trained === hash && (await isRun(runFolder));
  const { measured, error } = record;
  const isMeasured =
    evaluate === null ||
    (isTrained &&
      measured?.conditions === conditionsHash(evaluate) &&
      existsSync(join(runFolder, runLayout.evaluations, measured.file)));
  return {
    run,
    record,
    isTrained,
    isMeasured,
    isStopped: error?.code === 'RUN_STOPPED' && error.config === hash,
  };
}

/** The states of all runs. @throws SWEEP_RECORD_DAMAGED */
export async function runStates(sweep: ResolvedSweep, folder: string): Promise<readonly RunState[]> {
  return Promise.all(sweep.runs.map((run) => runState(sweep, folder, run)));
}

/**
 * A run that lies there under the name of one of the sweep must be that run, begun or finished.
 * @throws RUN_CONFIG_DIFFERS naming all that are not
 */
export async function expectSameRuns(sweep: ResolvedSweep, folder: string): Promise<void> {
  const failures: { readonly cell: string; readonly error: GanymedeError }[] = [];
  for (const { id, config } of sweep.runs) {
    const runFolder = runFolderOf(folder, id);
    if (!(await isRun(runFolder))) continue;
    try {
      const { config: started } = await loadRunConfig(sweep.host, runFolder, [], sweep.plugins);
      const differing = recipeDifferences(started, config);
      if (differing.length > 0) throw sweepRunDiffers(runFolder, differing);
    } catch (error) {
      if (!isGanymedeError(error)) throw error;
      failures.push({ cell: id, error });
    }
  }
  if (failures.length > 0) throw cellsFailed(failures);
}
