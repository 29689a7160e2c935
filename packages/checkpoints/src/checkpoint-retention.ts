import { GanymedeError } from '@ganymede/core';
import { isErrno, nodeDisk, type Disk } from '@ganymede/files';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkpointSteps,
  latestCheckpoint,
  removingPrefix,
  replacedPrefix,
  verifyCheckpoint,
  writingPrefix,
} from './checkpoint.js';
import {
  checkpointsFolder,
  runLayout,
  stepFolderName,
  stepOfFolderName,
  type StepsFolder,
} from './run-layout.js';

export interface Retention {
  /** How many of the newest to keep, at least 1. */
  readonly keepLast: number;
  /** Steps to keep whatever their age: the best by some metric, those that a report cites. */
  readonly keepSteps?: readonly number[];
  /** Keep every checkpoint whose step is a multiple of this. */
  readonly keepEvery?: number;
}

/**
 * Removes old checkpoints. The newest whole one always stays, even where `keepLast` newer ones are damaged; so do
 * damaged ones newer than it, which are evidence of something. The caller holds the run's lock.
 * @returns the steps that were removed, ascending
 * @throws BAD_RETENTION
 */
export async function pruneCheckpoints(
  runFolder: string,
  retention: Retention,
  disk: Disk = nodeDisk,
): Promise<number[]> {
  const { keepLast, keepSteps = [], keepEvery } = retention;
  assertCount('keepLast', keepLast);
  if (keepEvery !== undefined) assertCount('keepEvery', keepEvery);
  const { checkpoint } = await latestCheckpoint(runFolder);
  if (checkpoint === null) return [];
  const whole = (await checkpointSteps(runFolder)).filter((step) => step <= checkpoint.step);
  const removed = whole
    .slice(0, Math.max(0, whole.length - keepLast))
    .filter((step) => !keepSteps.includes(step) && !(keepEvery !== undefined && step % keepEvery === 0));
  for (const step of removed) await removeCheckpoint(runFolder, step, disk);
  return removed;
}

/**
 * Removes the checkpoints after a step: after a rollback they belong to a future that is given up, and the newest
 * of them would be taken for the run's latest.
 * @returns the steps that were removed, ascending
 */
export async function discardCheckpointsAfter(
  runFolder: string,
  step: number,
  disk: Disk = nodeDisk,
  of?: StepsFolder,
): Promise<number[]> {
  const removed = (await checkpointSteps(runFolder, of)).filter((later) => later > step);
  // Newest first: a process killed half-way leaves a run whose latest checkpoint is still one of a single past.
  for (const later of [...removed].reverse()) await removeCheckpoint(runFolder, later, disk, of);
  return removed;
}

/**
 * Settles what a killed process left in `checkpoints/`: half-written and half-removed folders go; a checkpoint that
 * was stepping aside for its replacement comes back if the replacement did not arrive whole. The caller holds the
 * run's lock, so no other process is writing.
 * @returns what was done, one sentence each
 */
export async function recoverCheckpoints(
  runFolder: string,
  disk: Disk = nodeDisk,
  of?: StepsFolder,
): Promise<string[]> {
  const parent = checkpointsFolder(runFolder, of);
  const what = of === runLayout.emaSnapshots ? 'snapshot of averages' : 'checkpoint';
  const names = await readdir(parent).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  });
  const done: string[] = [];
  for (const name of names.filter((name) => name.startsWith(replacedPrefix))) {
    const step = name.slice(replacedPrefix.length);
    if (stepOfFolderName(step) === undefined) continue;
    const target = join(parent, step);
    const arrived = await verifyCheckpoint(target).then(
      () => true,
      () => false,
    );
    if (arrived) await disk.remove(join(parent, name));
    else {
      await disk.remove(target);
      await disk.rename(join(parent, name), target);
      done.push(`${what} ${step} was put back: its replacement was not finished`);
    }
  }
  for (const prefix of [writingPrefix, removingPrefix]) {
    for (const name of names.filter((name) => name.startsWith(prefix))) {
      await disk.remove(join(parent, name));
      if (prefix === writingPrefix)
        done.push(`the unfinished ${what} ${name.slice(prefix.length)} was removed`);
    }
  }
  if (names.length > 0) await disk.syncFolder(parent);
  return done;
}

async function removeCheckpoint(
  runFolder: string,
  step: number,
  disk: Disk,
  of?: StepsFolder,
): Promise<void> {
  const parent = checkpointsFolder(runFolder, of);
  const name = stepFolderName(step);
  const removing = join(parent, removingPrefix + name);
  // Renamed first: a removal that is cut short must not leave a folder that looks like a damaged checkpoint.
  await disk.remove(removing);
  await disk.rename(join(parent, name), removing);
  await disk.remove(removing);
}

function assertCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new GanymedeError('BAD_RETENTION', `${name}: expected an integer of at least 1, got ${value}`, {
    kind: 'usage',
  });
}
