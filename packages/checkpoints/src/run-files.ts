import { GanymedeError } from '@ganymede/core';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno, nodeDisk, replaceFile, type Disk } from './disk.js';
import { runLayout } from './run-layout.js';

/** Needs no lock: an evaluation is a file of its own, and one may be made while the run goes on. */
export async function writeEvaluation(
  runFolder: string,
  name: string,
  evaluation: unknown,
  disk: Disk = nodeDisk,
): Promise<string> {
  const path = join(runFolder, runLayout.evaluations, `${assertFileName(name)}.json`);
  await mkdir(join(runFolder, runLayout.evaluations), { recursive: true });
  await replaceFile(path, prettyJson(evaluation), disk);
  return path;
}

/** The frozen config of a run. @throws RUN_NOT_FOUND, RUN_CONFIG_DAMAGED */
export async function readRunConfig(runFolder: string): Promise<unknown> {
  await assertRun(runFolder);
  const path = join(runFolder, runLayout.config);
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new GanymedeError('RUN_CONFIG_DAMAGED', `${path}: expected JSON, got ${error.message}`, {
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
      hint: 'Give the folder that `train` made, e.g. runs/<name>.',
    },
  );
}

export function assertFileName(name: string): string {
  if (/^[a-z0-9][a-z0-9._-]*$/i.test(name)) return name;
  throw new GanymedeError(
    'BAD_FILE_NAME',
    `file name: expected letters, digits, dot, dash and underscore, got ${JSON.stringify(name)}`,
  );
}

export function prettyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
