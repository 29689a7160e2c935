import { join } from 'node:path';
import { writeFileSafely } from '@ganymede/files';
import { collectResults, type SweepResults } from './collect-results.js';
import { expectMeasuring } from './expect-measuring.js';
import type { ResolvedSweep } from './resolve-sweep.js';
import { expectSameRuns } from './run-state.js';
import type { RunEnd, SweepEvent } from './sweep-events.js';
import { sweepLayout } from './sweep-layout.js';
import { workOnRun } from './work-on-run.js';
import { writeResults, type WrittenResults } from './write-results.js';

export interface RunSweepOptions {
  readonly sweep: ResolvedSweep;
  /** Of the sweep; its runs lie below it. */
  readonly folder: string;
  /** Go on with runs that a stabilizer ended. Runs that failed otherwise are always tried again. */
  readonly retry?: boolean;
  /** Ends the sweep after the current step, with a checkpoint. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: SweepEvent) => void;
}

export interface SweepOutcome {
  readonly results: SweepResults;
  readonly files: WrittenResults;
  /** How each run ended, by its id. */
  readonly ends: Readonly<Record<string, RunEnd>>;
  /** Every run is trained and measured. */
  readonly finished: boolean;
}

/**
 * Trains and measures the runs of a sweep one after another, and writes results after each. A run that is done is
 * skipped, one that was begun goes on exactly where its newest checkpoint is, one that fails is recorded and the next
 * one begins. Several processes may work on one sweep: each takes runs that no other has.
 * @throws RUN_CONFIG_DIFFERS, WEIGHTS_NOT_FOUND and the like before anything is trained; of runs nothing
 */
export async function runSweep(options: RunSweepOptions): Promise<SweepOutcome> {
  const { sweep, folder, retry = false, signal, onEvent = () => undefined } = options;
  await expectSameRuns(sweep, folder);
  await expectMeasuring(sweep);
  const spec = { ...sweep.spec, name: sweep.name };
  await writeFileSafely(join(folder, sweepLayout.spec), `${JSON.stringify(spec, null, 2)}\n`);
  const ends: Record<string, RunEnd> = {};
  const total = sweep.runs.length;
  for (const [i, run] of sweep.runs.entries()) {
    if (signal?.aborted) break;
    const place = { run: run.id, number: i + 1, total };
    const { cell, seed } = run;
    const end = await workOnRun(run, {
      sweep,
      folder,
      retry,
      signal,
      onEvent,
      onBegin: (what) => onEvent({ kind: 'begin', ...place, cell, seed, what }),
    });
    ends[run.id] = end;
    onEvent({ kind: 'end', ...place, ...end });
    if (end.state === 'done' || end.state === 'failed')
      await writeResults(await collectResults(sweep, folder), folder);
  }
  const results = await collectResults(sweep, folder);
  const files = await writeResults(results, folder);
  return { results, files, ends, finished: results.runs.every(({ state }) => state === 'done') };
}
