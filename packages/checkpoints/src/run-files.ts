import { GanymedeError, parseAs, parseJson } from '@ganymede/core';
import { isErrno, isProblem, nodeDisk, tryReadFile, writeFileSafely, type Disk } from '@ganymede/files';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { runLayout } from './run-layout.js';

/** Needs no lock: an evaluation is a file of its own, and one may be made while the run goes on. */
export async function writeEvaluation(
  runFolder: string,
  name: string,
  evaluation: unknown,
  disk: Disk = nodeDisk,
): Promise<string> {
  const path = join(runFolder, runLayout.evaluations, `${assertFileName(name)}.json`);
  await writeFileSafely(path, prettyJson(evaluation), { disk });
  return path;
}

/** One evaluation of a run; null where there is none of the name. @throws EVALUATION_DAMAGED */
export async function readEvaluation(runFolder: string, name: string): Promise<unknown> {
  const path = join(runFolder, runLayout.evaluations, `${assertFileName(name)}.json`);
  return readJson(path).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  });
}

/** Every evaluation of a run, by the file's name without its ending, ascending. @throws EVALUATION_DAMAGED */
export async function readEvaluations(
  runFolder: string,
): Promise<readonly { readonly name: string; readonly evaluation: unknown }[]> {
  const folder = join(runFolder, runLayout.evaluations);
  const files = await readdir(folder).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  });
  const names = files.filter((file) => file.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (file) => ({ name: file.slice(0, -5), evaluation: await readJson(join(folder, file)) })),
  );
}

const bestSchema = z.object({
  step: z.int(),
  /** Name of the number, e.g. `fid`. */
  number: z.string(),
  value: z.number(),
});

/** The checkpoint that is kept for being the best, and by what. */
export type Best = Readonly<z.output<typeof bestSchema>>;

/** Null where no evaluation has chosen one. @throws EVALUATION_DAMAGED */
export async function readBest(runFolder: string): Promise<Best | null> {
  const path = join(runFolder, runLayout.best);
  const best = await readJson(path).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  });
  if (best === null) return null;
  return parseAs(bestSchema, best, (got) => evaluationDamaged(path, 'a step, a number and its value', got));
}

export async function writeBest(runFolder: string, best: Best, disk: Disk = nodeDisk): Promise<void> {
  await writeFileSafely(join(runFolder, runLayout.best), prettyJson(best), { disk });
}

async function readJson(path: string): Promise<unknown> {
  return parseJson(await readFile(path, 'utf8'), (got) => evaluationDamaged(path, 'JSON', got));
}

const evaluationDamaged = (path: string, expected: string, got: string): GanymedeError =>
  new GanymedeError('EVALUATION_DAMAGED', `${path}: expected ${expected}, got ${got}`, {
    kind: 'data',
    hint: 'The file was written by the toolkit; restore it from a copy, or delete it.',
  });

/** The frozen config of a run. @throws RUN_NOT_FOUND, RUN_CONFIG_DAMAGED */
export async function readRunConfig(runFolder: string): Promise<unknown> {
  await assertRun(runFolder);
  const path = join(runFolder, runLayout.config);
  const damaged = (got: string): Error =>
    new GanymedeError('RUN_CONFIG_DAMAGED', `${path}: expected JSON, got ${got}`, { kind: 'data' });
  return parseJson(await readFile(path, 'utf8'), damaged);
}

/** What `environment.json` of a run says; null where it cannot be read, for a run goes on without it. */
export async function readRunEnvironment(runFolder: string): Promise<unknown> {
  const bytes = await tryReadFile(join(runFolder, runLayout.environment));
  if (isProblem(bytes)) return null;
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return null;
  }
}

export async function isRun(path: string): Promise<boolean> {
  return stat(join(path, runLayout.config)).then(
    () => true,
    (error: unknown) => {
      if (isErrno(error, 'ENOENT', 'ENOTDIR')) return false;
      throw error;
    },
  );
}

export async function assertRun(path: string): Promise<void> {
  if (await isRun(path)) return;
  throw new GanymedeError(
    'RUN_NOT_FOUND',
    `${path}: expected a run folder with a ${runLayout.config}, got none`,
    {
      kind: 'missing',
      hint: 'Give the folder that `train` made, e.g. runs/<name>.',
    },
  );
}

export function runExists(path: string): GanymedeError {
  return new GanymedeError('RUN_EXISTS', `${path}: expected a folder without a run, got one`, {
    kind: 'usage',
    hint: 'Resume it, or give the new run another name.',
  });
}

export function assertFileName(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]*$/i.test(name)) return name;
  throw new GanymedeError(
    'BAD_FILE_NAME',
    `file name: expected letters, digits, dot, dash and underscore, got ${JSON.stringify(name)}`,
    { kind: 'failed' },
  );
}

export function prettyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
