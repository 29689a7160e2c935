import { basename } from 'node:path';
import { acquireRunLock, isRun, type RunLock } from '@ganymede/checkpoints';
import { isGanymedeError } from '@ganymede/core';
import { nodeDisk } from '@ganymede/files';
import { evaluateRun } from '@ganymede/evaluation';
import { train } from '@ganymede/runs';
import { notMeasured } from './errors.js';
import type { ResolvedSweep, SweepRun } from './resolve-sweep.js';
import { conditionsHash, configHash, writeRecord, type RunRecord } from './run-record.js';
import { isDone, runState } from './run-state.js';
import type { RunEnd, SweepEvent } from './sweep-events.js';
import { recordFolderOf, runFolderOf } from './sweep-layout.js';

export interface WorkOptions {
  readonly sweep: ResolvedSweep;
  readonly folder: string;
  /** Go on with runs that a stabilizer ended. */
  readonly retry: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: (event: SweepEvent) => void;
  readonly onBegin: (what: 'training' | 'training on' | 'measuring') => void;
}

/**
 * Does what is left of one run: trains it to its last step, from its newest checkpoint if it has one, and measures it.
 * What goes wrong is recorded and returned; it never throws for a run that fails.
 */
export async function workOnRun(run: SweepRun, options: WorkOptions): Promise<RunEnd> {
  const lock = await lockRecord(options.folder, run.id);
  if (!lock) return { state: 'elsewhere' };
  try {
    return await workLocked(run, options);
  } finally {
    await lock.release();
  }
}

/** Null where another process has it. */
async function lockRecord(folder: string, id: string): Promise<RunLock | null> {
  const place = recordFolderOf(folder, id);
  await nodeDisk.makeFolder(place);
  try {
    return await acquireRunLock(place);
  } catch (error) {
    if (isGanymedeError(error) && error.code === 'RUN_LOCKED') return null;
    throw error;
  }
}

async function workLocked(run: SweepRun, options: WorkOptions): Promise<RunEnd> {
  const { sweep, folder, retry, signal, onEvent, onBegin } = options;
  const state = await runState(sweep, folder, run);
  if (isDone(state)) return { state: 'skipped' };
  if (!state.isTrained && state.isStopped && !retry) {
    const { code, message, hint } = state.record.error!;
    return { state: 'failed', error: { code, message, hint }, isOld: true };
  }
  const runFolder = runFolderOf(folder, run.id);
  let { record } = state;
  const save = (changed: Partial<RunRecord>): Promise<void> => {
    record = { ...record, ...changed };
    return writeRecord(folder, run.id, record);
  };
  const start = sweep.host.clock.monotonic();
  const secondsBefore = record.seconds;
  let reached = record.step;
  const passed = (): number => secondsBefore + (sweep.host.clock.monotonic() - start) / 1000;
  try {
    if (!state.isTrained) {
      const resume = await isRun(runFolder);
      // What was trained to another length is on its way from here on.
      if (record.trained !== null) await save({ trained: null, measured: null });
      onBegin(resume ? 'training on' : 'training');
      const { step } = await train(sweep.host, {
        config: run.config,
        plugins: run.plugins,
        runFolder,
        resume,
        ...(signal && { signal }),
        onEvent: (event) => {
          if (event.kind === 'step') reached = event.step;
          onEvent({ kind: 'training', run: run.id, event });
        },
      });
      const isWhole = step >= run.config.steps;
      const trained = isWhole ? configHash(run.config) : null;
      await save({ step, seconds: passed(), trained, measured: null, error: null });
      if (!isWhole) return { state: 'interrupted', step };
    }
    const { seconds } = record;
    if (sweep.evaluate === null) return { state: 'done', numbers: {}, seconds };
    if (signal?.aborted) return { state: 'interrupted', step: record.step };
    if (state.isTrained) onBegin('measuring');
    const numbers = await measure(run, options, (file) =>
      save({ measured: { conditions: conditionsHash(sweep.evaluate!), file }, error: null }),
    );
    return { state: 'done', numbers, seconds };
  } catch (error) {
    if (signal?.aborted && isGanymedeError(error) && error.code === 'EVALUATION_STOPPED')
      return { state: 'interrupted', step: record.step };
    const told = describe(error);
    await save({
      error: { ...told, config: configHash(run.config) },
      ...(record.trained === null && { step: reached, seconds: passed() }),
    });
    return { state: 'failed', error: told, isOld: false };
  }
}

async function measure(
  run: SweepRun,
  { sweep, folder, signal, onEvent }: WorkOptions,
  keep: (file: string) => Promise<void>,
): Promise<Readonly<Record<string, number>>> {
  const { metrics, extractor, samples, reference, referenceSamples, truncation, precision, ...rest } =
    sweep.evaluate!;
  const { evaluation, path } = await evaluateRun(sweep.host, {
    ...rest,
    ...(metrics && { metrics }),
    ...(extractor && { extractor }),
    ...(samples !== undefined && { samples }),
    ...(reference && { reference }),
    ...(referenceSamples !== undefined && { referenceSamples }),
    ...(truncation && { truncation }),
    ...(precision && { precision }),
    run: runFolderOf(folder, run.id),
    plugins: run.plugins,
    ...(signal && { signal }),
    onProgress: (progress) => onEvent({ kind: 'measuring', run: run.id, progress }),
  });
  // Results are collected from the files of the runs.
  if (path === null) throw notMeasured(evaluation);
  await keep(basename(path));
  return evaluation.numbers;
}

function describe(error: unknown): { code: string; message: string; hint: string | null } {
  if (isGanymedeError(error)) return { code: error.code, message: error.message, hint: error.hint ?? null };
  return { code: 'UNEXPECTED', message: error instanceof Error ? error.message : String(error), hint: null };
}
