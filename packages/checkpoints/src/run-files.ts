import { GanymedeError } from '@ganymede/core';
import { isErrno, nodeDisk, writeFileSafely, type Disk } from '@ganymede/files';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
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

/** The checkpoint that is kept for being the best, and by what. */
export interface Best {
  readonly step: number;
  /** Name of the number, e.g. `fid`. */
  readonly number: string;
  readonly value: number;
}

/** Null where no evaluation has chosen one. @throws EVALUATION_DAMAGED */
export async function readBest(runFolder: string): Promise<Best | null> {
  const path = join(runFolder, runLayout.best);
  const best = await readJson(path).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  });
  if (best === null) return null;
  const { step, number, value } = best as Partial<Best>;
  if (!Number.isSafeInteger(step) || typeof number !== 'string' || typeof value !== 'number')
    throw evaluationDamaged(path, 'a step, a number and its value', JSON.stringify(best));
  return { step: step!, number, value };
}

export async function writeBest(runFolder: string, best: Best, disk: Disk = nodeDisk): Promise<void> {
  await writeFileSafely(join(runFolder, runLayout.best), prettyJson(best), { disk });
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw evaluationDamaged(path, 'JSON', (error as Error).message);
  }
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
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new GanymedeError('RUN_CONFIG_DAMAGED', `${path}: expected JSON, got ${error.message}`, {
      kind: 'data',
      cause: error,
    });
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
