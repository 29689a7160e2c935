import { basename, join } from 'node:path';
import { readEvaluation, runLayout } from '@ganymede/checkpoints';
import { isMapping } from '@ganymede/config';
import { imagesPerStep } from '@ganymede/core';
import {
  compareEvaluations,
  parseEvaluation,
  type ComparisonCaution,
  type ComparisonColumn,
  type ComparisonRow,
  type StoredEvaluation,
  type Evaluation,
} from '@ganymede/evaluation';
import { distinctTexts } from './cells.js';
import type { ResolvedSweep, SweepCell } from './resolve-sweep.js';
import { runStates, type RunState } from './run-state.js';
import { runFolderOf, sweepLayout } from './sweep-layout.js';

/** A number over the seeds of a cell. */
export interface SeedStatistics {
  readonly mean: number;
  /** Of the sample, with n - 1; null for one seed. */
  readonly deviation: number | null;
  readonly count: number;
}

/** One run and its numbers. */
export interface SweepResultRun {
  readonly id: string;
  readonly cell: string;
  readonly seed: number;
  /** Its folder, from that of the sweep. */
  readonly folder: string;
  readonly state: 'done' | 'failed' | 'unfinished';
  /** Generator steps done, and of the whole run. */
  readonly step: number;
  readonly steps: number;
  /** Real images that the discriminator has seen. */
  readonly images: number;
  /** Of training. */
  readonly seconds: number;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Numbers with their manifest; null where the run was not measured. */
  readonly evaluation: Evaluation | null;
  /** Its value in each column. */
  readonly values: readonly (number | null)[];
  /** For each column, whether something is said beside the value. */
  readonly cautioned: readonly boolean[];
}

/** One cell over its seeds. */
export interface SweepResultRow {
  readonly cell: string;
  /** Values of what differs between cells, in words. */
  readonly settings: readonly string[];
  readonly steps: number;
  readonly images: number;
  /** Runs that are done, of how many. */
  readonly done: number;
  readonly runs: number;
  readonly values: readonly (SeedStatistics | null)[];
  /** For each column, whether something is said beside the value of one of the runs. */
  readonly cautioned: readonly boolean[];
}

export interface SweepResults {
  readonly format: 1;
  readonly name: string;
  /** What all runs have in common. */
  readonly equal: 'steps' | 'images';
  /** Keys of the config that differ between cells; those that differ in the same way are one. */
  readonly settings: readonly string[];
  /** Numbers that were made alike; others of the same name have columns of their own. */
  readonly columns: readonly ComparisonColumn[];
  readonly rows: readonly SweepResultRow[];
  readonly runs: readonly SweepResultRun[];
  /** What keeps columns of one name apart, in words. */
  readonly differences: readonly string[];
  /** What has to be said beside the numbers, and of which runs. */
  readonly cautions: readonly ComparisonCaution[];
}

/**
 * The table of a sweep from what lies in its folder, whole or not.
 * @throws SWEEP_RECORD_DAMAGED, EVALUATION_DAMAGED
 */
export async function collectResults(sweep: ResolvedSweep, folder: string): Promise<SweepResults> {
  const states = await runStates(sweep, folder);
  const evaluations = new Map<string, StoredEvaluation>();
  for (const state of states) {
    const stored = await storedEvaluation(state, folder);
    if (stored) evaluations.set(state.run.id, stored);
  }
  const measured = [...evaluations.keys()];
  const { columns, rows, differences, cautions } = compareEvaluations([...evaluations.values()]);
  const runs = states.map((state): SweepResultRun => {
    const row = rows[measured.indexOf(state.run.id)];
    const evaluation = evaluations.get(state.run.id)?.evaluation ?? null;
    return resultOf(
      state,
      evaluation,
      row ?? { values: columns.map(() => null), cautioned: columns.map(() => false) },
    );
  });
  const { settings, texts } = settingsOf(sweep);
  return {
    format: 1,
    name: sweep.name,
    equal: sweep.equal,
    settings,
    columns,
    rows: sweep.cells.map((cell, i) =>
      rowOf(
        cell,
        texts.map((column) => column[i]!),
        runs.filter((run) => run.cell === cell.name),
        columns,
      ),
    ),
    runs,
    differences,
    cautions,
  };
}

async function storedEvaluation(
  { run, record, isTrained, isMeasured }: RunState,
  folder: string,
): Promise<StoredEvaluation | null> {
  if (!isTrained || !isMeasured || record.measured === null) return null;
  const runFolder = runFolderOf(folder, run.id);
  const file = join(runFolder, runLayout.evaluations, record.measured.file);
  const content = await readEvaluation(runFolder, basename(file, '.json'));
  return { run: runFolder, file, evaluation: parseEvaluation(file, content) };
}

function resultOf(
  { run, record, isTrained, isMeasured }: RunState,
  evaluation: Evaluation | null,
  { values, cautioned }: Pick<ComparisonRow, 'values' | 'cautioned'>,
): SweepResultRun {
  const { id, cell, seed, config } = run;
  const { error, step, seconds } = record;
  const isWhole = isTrained && isMeasured;
  return {
    id,
    cell,
    seed,
    folder: `${sweepLayout.runs}/${id}`,
    state: isWhole ? 'done' : error ? 'failed' : 'unfinished',
    step,
    steps: config.steps,
    images: step * imagesPerStep(config),
    seconds,
    error: isWhole || !error ? null : { code: error.code, message: error.message },
    evaluation,
    values,
    cautioned,
  };
}

function rowOf(
  { name, runs }: SweepCell,
  settings: readonly string[],
  results: readonly SweepResultRun[],
  columns: readonly ComparisonColumn[],
): SweepResultRow {
  const { config } = runs[0]!;
  return {
    cell: name,
    settings,
    steps: config.steps,
    images: config.steps * imagesPerStep(config),
    done: results.filter(({ state }) => state === 'done').length,
    runs: results.length,
    values: columns.map((_, i) => overSeeds(results.flatMap(({ values }) => values[i] ?? []))),
    cautioned: columns.map((_, i) => results.some(({ cautioned }) => cautioned[i] === true)),
  };
}

/** Null for no values. */
export function overSeeds(values: readonly number[]): SeedStatistics | null {
  const count = values.length;
  if (count === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : null, count };
}

/** What differs between cells: a column for each key, in words; keys that differ in the same way share one. */
function settingsOf({ cells, keys }: ResolvedSweep): {
  readonly settings: readonly string[];
  readonly texts: readonly (readonly string[])[];
} {
  const columns = new Map<string, { readonly keys: string[]; readonly texts: readonly string[] }>();
  for (const key of keys) {
    const values = cells.map(({ runs }) => valueAt(runs[0]!.config, key.split('.')));
    const texts = distinctTexts(values);
    if (new Set(texts).size === 1 && cells.length > 1) continue;
    const same = columns.get(texts.join('\n'));
    if (same) same.keys.push(key);
    else columns.set(texts.join('\n'), { keys: [key], texts });
  }
  const all = [...columns.values()];
  return { settings: all.map((one) => one.keys.join(', ')), texts: all.map(({ texts }) => texts) };
}

function valueAt(config: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (Array.isArray(value) ? value[Number(key)] : isMapping(value) ? value[key] : undefined),
    config,
  );
}
