import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readSafetensors, writeSafetensors, type HostTensors } from '@ganymede/checkpoints';
import { writeFileSafely } from '@ganymede/files';
import { parseJsonAs } from '@ganymede/core';
import { z } from 'zod';
import { damagedTruncation } from './errors.js';
import type { TruncationGoal, TruncationStep } from './truncation-curve.js';

/** What is told of a threshold that was chosen, in a JSON file; statistics are in a file beside it. */
const chosenSchema = z.object({
  goal: z.enum(['best-fid', 'best-is']),
  /** The run and the step that were measured. */
  run: z.string(),
  step: z.int().min(0),
  convention: z.string(),
  /** Null for the whole prior. */
  threshold: z.number().nullable(),
  numbers: z.record(z.string(), z.number().nullable()),
  manifest: z.looseObject({ sampling: z.looseObject({ weights: z.enum(['ema', 'trained']) }) }),
  /** Name of the file with the statistics. */
  statistics: z.string(),
});

/** A threshold that serves a goal, the numbers that it was chosen by, and the name of the file with its statistics. */
export type ChosenTruncation = z.output<typeof chosenSchema>;

/**
 * Writes `<name>.json` and the standing statistics of that threshold, `<name>.safetensors`.
 * @returns the path of the first
 */
export async function writeChosen(
  folder: string,
  name: string,
  goal: TruncationGoal,
  convention: string,
  { threshold, evaluation, statistics }: TruncationStep,
): Promise<string> {
  const { subject, numbers, manifest } = evaluation;
  const file = `${name}.safetensors`;
  const chosen = {
    goal,
    run: subject.name,
    step: subject.step,
    convention,
    threshold,
    numbers,
    manifest,
    statistics: file,
  };
  const path = join(folder, `${name}.json`);
  await writeSafetensors(
    join(folder, file),
    Object.fromEntries(
      Object.entries(statistics).map(([name, tensor]) => [name, { dtype: 'F32' as const, ...tensor }]),
    ),
    { convention, threshold: String(threshold) },
  );
  // Last, so that whoever finds it finds the statistics.
  await writeFileSafely(path, `${JSON.stringify(chosen, null, 2)}\n`);
  return path;
}

/** @throws TRUNCATION_DAMAGED, SAFETENSORS_DAMAGED */
export async function readChosen(
  path: string,
): Promise<{ readonly chosen: ChosenTruncation; readonly statistics: HostTensors }> {
  const damaged = (got: string): Error => damagedTruncation(path, got);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw damaged(error instanceof Error ? error.message : String(error));
  });
  const chosen = parseJsonAs(chosenSchema, text, damaged);
  return { chosen, statistics: await readSafetensors(join(dirname(path), chosen.statistics)) };
}
