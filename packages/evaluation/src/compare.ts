import { readEvaluations, runLayout } from '@ganymede/checkpoints';
import { cautionLine, parseAs, recordOf, type Caution } from '@ganymede/core';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { cautionsSchema } from './cautions.js';
import { damagedEvaluation, noEvaluations } from './errors.js';
import {
  conditionsOf,
  differingConditions,
  withoutPlaces,
  type Evaluation,
  type ManifestPart,
  type ManifestValue,
} from './manifest.js';

const value = z.union([z.string(), z.number(), z.boolean()]);
const named = <T extends z.ZodType>(values: T) =>
  z.record(z.string(), values).transform((record) => recordOf<z.output<T>>(Object.entries(record)));
const part = named(value);
/** NaN and the infinities are null in JSON. */
const number = z
  .number()
  .nullable()
  .transform((given) => given ?? Number.NaN);

const evaluationSchema = z.object({
  format: z.literal(1),
  subject: z.object({ name: z.string(), step: z.number().optional() }),
  numbers: named(number),
  intervals: named(z.object({ low: number, high: number, standardError: number })).exactOptional(),
  directions: named(z.enum(['lower', 'higher', 'neither'])),
  manifest: z.object({
    measurement: part,
    metrics: named(part),
    sampling: part,
    environment: part,
  }),
  cautions: cautionsSchema,
  seconds: named(z.number()),
});

/** An evaluation as a file has it. @throws EVALUATION_DAMAGED */
export function parseEvaluation(path: string, content: unknown): Evaluation {
  return parseAs(evaluationSchema, content, (got) => damagedEvaluation(path, got)) as Evaluation;
}

/** An evaluation and the run that it lies in. */
export interface StoredEvaluation {
  readonly run: string;
  readonly file: string;
  readonly evaluation: Evaluation;
}

/** The evaluations of a run, in the order of their files; none where nothing was measured. @throws EVALUATION_DAMAGED */
export async function evaluationsOf(run: string): Promise<readonly StoredEvaluation[]> {
  return (await readEvaluations(run)).map(({ name, evaluation }) => {
    const file = join(run, runLayout.evaluations, `${name}.json`);
    return { run, file, evaluation: parseEvaluation(file, evaluation) };
  });
}

/** Those of several runs, in the order of the runs. @throws NO_EVALUATIONS, EVALUATION_DAMAGED */
export async function storedEvaluations(runs: readonly string[]): Promise<readonly StoredEvaluation[]> {
  const all: StoredEvaluation[] = [];
  for (const run of runs) all.push(...(await evaluationsOf(run)));
  if (all.length === 0) throw noEvaluations(runs.join(', '));
  return all;
}

/** A number of evaluations that compare with each other. */
export interface ComparisonColumn {
  /** `fid`, or `fid [2]` for the second set of conditions. */
  readonly title: string;
  readonly number: string;
  readonly direction: 'lower' | 'higher' | 'neither';
  /** What all numbers of the column share. */
  readonly conditions: ManifestPart;
}

export interface ComparisonRow {
  readonly name: string;
  readonly step: number | null;
  /** A value for each column; null where the evaluation has none under its conditions. */
  readonly values: readonly (number | null)[];
  /** For each column, whether something is said beside the value. */
  readonly cautioned: readonly boolean[];
}

/** A caution and the evaluations that have it. */
export interface ComparisonCaution extends Caution {
  /** `cifar10, step 2000`. */
  readonly subjects: readonly string[];
}

export interface Comparison {
  readonly columns: readonly ComparisonColumn[];
  readonly rows: readonly ComparisonRow[];
  /** For numbers with several columns: what differs between them, in words. */
  readonly differences: readonly string[];
  /** What has to be said beside the numbers, each sentence once. */
  readonly cautions: readonly ComparisonCaution[];
}

/**
 * Numbers side by side. Two numbers share a column only if they were made alike: the same extractor, weights, resizer,
 * reference, counts, metric options, truncation and so on. Others of the same name get columns of their own, and what
 * differs is told.
 * @param mixed - one column for each name all the same; the differences are still told
 */
export function compareEvaluations(all: readonly StoredEvaluation[], mixed = false): Comparison {
  const columns: ComparisonColumn[] = [];
  const differences: string[] = [];
  const keys = new Map<string, number>();
  const perNumber = new Map<string, ManifestPart[]>();
  const columnOf = (evaluation: Evaluation, number: string): number => {
    const conditions = conditionsOf(evaluation, number);
    const key = `${number}\n${JSON.stringify(Object.entries(withoutPlaces(conditions)).sort())}`;
    const known = keys.get(key);
    if (known !== undefined) return known;
    const others = perNumber.get(number) ?? [];
    perNumber.set(number, [...others, conditions]);
    const ordinal = others.length + 1;
    if (others.length > 0) differences.push(tellDifference(number, ordinal, others[0]!, conditions));
    if (mixed && others.length > 0) {
      const shared = columns.findIndex((column) => column.number === number);
      keys.set(key, shared);
      return shared;
    }
    const title = ordinal === 1 ? number : `${number} [${ordinal}]`;
    columns.push({ title, number, direction: evaluation.directions[number] ?? 'neither', conditions });
    keys.set(key, columns.length - 1);
    return columns.length - 1;
  };
  const rows = all.map(({ run, evaluation }) => {
    const values = new Map<number, number>();
    for (const [number, own] of Object.entries(evaluation.numbers))
      values.set(columnOf(evaluation, number), own);
    const { step = null } = evaluation.subject;
    return { name: basename(resolve(run)), step, values, about: numbersCautioned(evaluation) };
  });
  return {
    columns,
    rows: rows.map(({ values, about, ...rest }) => ({
      ...rest,
      values: columns.map((_, i) => values.get(i) ?? null),
      cautioned: columns.map(({ number }, i) => values.has(i) && about.has(number)),
    })),
    differences,
    cautions: cautionsOf(all),
  };
}

/** Numbers of an evaluation that something is said of. */
function numbersCautioned({ numbers, cautions }: Evaluation): ReadonlySet<string> {
  // A sentence of an earlier version is about all of them.
  return new Set(cautions.flatMap((one) => (one.numbers.length > 0 ? one.numbers : Object.keys(numbers))));
}

function cautionsOf(all: readonly StoredEvaluation[]): readonly ComparisonCaution[] {
  const found = new Map<string, ComparisonCaution>();
  for (const { run, evaluation } of all) {
    const { step } = evaluation.subject;
    const subject = `${basename(resolve(run))}${step === undefined ? '' : `, step ${step}`}`;
    for (const caution of evaluation.cautions) {
      const key = cautionLine(caution);
      const subjects = [...new Set([...(found.get(key)?.subjects ?? []), subject])];
      found.set(key, { ...caution, subjects });
    }
  }
  return [...found.values()];
}

function tellDifference(number: string, ordinal: number, first: ManifestPart, other: ManifestPart): string {
  const differing = differingConditions(withoutPlaces(first), withoutPlaces(other));
  const words = differing.map(({ key, values }) => `${key} ${shown(values[0])} against ${shown(values[1])}`);
  return `${number} [${ordinal}] differs from ${number}: ${words.join('; ')}`;
}

/** Hashes by their first digits. */
const shown = (value: ManifestValue | undefined): string =>
  String(value).replace(/\b([0-9a-f]{12})[0-9a-f]{20,}\b/g, '$1');
