import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileSafely } from '@ganymede/files';
import { z } from 'zod';
import { recipeOf, type ResolvedConfig } from '@ganymede/config';
import { damagedRecord } from './errors.js';
import { recordFolderOf } from './sweep-layout.js';
import type { SweepEvaluation } from './sweep-schema.js';

const fileName = 'record.json';

const recordSchema = z.strictObject({
  /** Hash of the config that was trained to its last step; null as long as it was not. */
  trained: z.string().nullable(),
  /** Generator steps done. */
  step: z.number(),
  /** Seconds of training, those that a kill cut off left out. */
  seconds: z.number(),
  /** Hash of how the run was measured, and the file below the run's `evaluations`; null as long as it was not. */
  measured: z.strictObject({ conditions: z.string(), file: z.string() }).nullable(),
  /** Why it ended early. */
  error: z
    .strictObject({ code: z.string(), message: z.string(), hint: z.string().nullable(), config: z.string() })
    .nullable(),
});

/** What is known of one run of a sweep. */
export type RunRecord = z.output<typeof recordSchema>;

const freshRecord: RunRecord = { trained: null, step: 0, seconds: 0, measured: null, error: null };

/** @throws SWEEP_RECORD_DAMAGED */
export async function readRecord(sweepFolder: string, id: string): Promise<RunRecord> {
  const path = join(recordFolderOf(sweepFolder, id), fileName);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return freshRecord;
    throw error;
  }
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw damagedRecord(path, cause);
  }
}

export async function writeRecord(sweepFolder: string, id: string, record: RunRecord): Promise<void> {
  const folder = recordFolderOf(sweepFolder, id);
  await writeFileSafely(join(folder, fileName), `${JSON.stringify(record, null, 2)}\n`);
}

/** Of everything that decides what a run computes, its length included. */
export function configHash(config: ResolvedConfig): string {
  return hashOf({ ...recipeOf(config), steps: config.steps });
}

/** Of how a run is measured. */
export function conditionsHash(evaluate: SweepEvaluation): string {
  return hashOf(evaluate);
}

function hashOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex')
    .slice(0, 16);
}

/** Keys in one order, whatever order they were written in. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, own]) => [key, sorted(own)]),
  );
}
