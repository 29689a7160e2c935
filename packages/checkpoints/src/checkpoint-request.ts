import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileSafely } from '@ganymede/files';
import { runLayout } from './run-layout.js';

/**
 * Asks the process that trains a run for a checkpoint after its step. A file and no signal: one that a program does not expect
 * would end it.
 * @throws DISK_FULL, CANNOT_WRITE
 */
export async function requestCheckpoint(run: string): Promise<void> {
  await writeFileSafely(join(run, runLayout.checkpointRequest), '');
}

/**
 * Takes a request away. One that cannot be taken away does not count: every step after it would save the run.
 * @returns whether there was one
 */
export function takeCheckpointRequest(run: string): Promise<boolean> {
  return unlink(join(run, runLayout.checkpointRequest)).then(
    () => true,
    () => false,
  );
}
