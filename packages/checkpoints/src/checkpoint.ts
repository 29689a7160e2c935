import { GanymedeError, isGanymedeError, parseAs, type Schema } from '@ganymede/core';
import { isErrno, nodeDisk, writingError, type Disk, type WrittenFile } from '@ganymede/files';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseExact, stringifyExact } from './exact-json.js';
import { type HostTensor, type HostTensors, safetensorsChunks } from '@ganymede/safetensors';
import {
  checkpointDamaged,
  manifestName,
  readManifest,
  serializeManifest,
  stateName,
  verifyFiles,
} from './manifest.js';
import { checkpointsFolder, stepFolderName, stepOfFolderName, type StepsFolder } from './run-layout.js';
import { readSafetensors } from './safetensors-file.js';

/** What a checkpoint holds: tensors by file and name, and everything else as one JSON value. */
export interface CheckpointContent {
  /** Keys are file names that end in `.safetensors`. */
  readonly tensorFiles: Readonly<Record<string, HostTensors>>;
  /** NaN, infinities and -0 survive; see `stringifyExact` for what is allowed. */
  readonly state: unknown;
  /** Of each file, the names of tensors that are rounded to float16; none by default. */
  readonly float16?: Readonly<Record<string, ReadonlySet<string>>>;
}

export interface Checkpoint<State = unknown> {
  readonly step: number;
  readonly folder: string;
  readonly tensorFiles: Record<string, Record<string, HostTensor>>;
  readonly state: State;
}

/** Prefixes of folders that a killed process can leave behind; `recoverCheckpoints` settles them. */
export const writingPrefix = '.writing-';
export const replacedPrefix = '.replaced-';
export const removingPrefix = '.removing-';

/**
 * Writes `checkpoints/<step>` so that it is there whole or not at all, whatever happens meanwhile: files go to a
 * folder beside it, each synced; the manifest with their checksums last; then the folder is renamed and its parent
 * synced. A checkpoint of the same step is replaced. The caller holds the run's lock.
 *
 * @param of - the folder that holds the steps, where they are no checkpoints but snapshots of averages
 * @returns the folder of the checkpoint
 * @throws BAD_STEP, BAD_TENSOR, BAD_STATE, BAD_FILE_NAME before anything is written; DISK_FULL, after which
 * nothing of the new checkpoint is left and the others are as they were
 */
export async function writeCheckpoint(
  runFolder: string,
  step: number,
  content: CheckpointContent,
  disk: Disk = nodeDisk,
  of?: StepsFolder,
): Promise<string> {
  const name = stepFolderName(step);
  for (const file of Object.keys(content.tensorFiles)) assertTensorFileName(file);
  const state = new TextEncoder().encode(stringifyExact(content.state));
  const parent = checkpointsFolder(runFolder, of);
  const temporary = join(parent, writingPrefix + name);
  try {
    await disk.makeFolder(parent);
    await disk.remove(temporary);
    await disk.makeFolder(temporary);
    const files: Record<string, WrittenFile> = {};
    for (const [file, tensors] of Object.entries(content.tensorFiles)) {
      const float16 = content.float16?.[file];
      const chunks = safetensorsChunks(tensors, {}, float16 && { float16 });
      files[file] = await disk.writeFile(join(temporary, file), chunks);
    }
    files[stateName] = await disk.writeFile(join(temporary, stateName), [state]);
    const manifest = new TextEncoder().encode(serializeManifest(step, files));
    await disk.writeFile(join(temporary, manifestName), [manifest]);
    await disk.syncFolder(temporary);
    await moveIntoPlace(parent, name, temporary, disk);
    return join(parent, name);
  } catch (error) {
    await disk.remove(temporary);
    throw writingError(error, `checkpoint ${join(parent, name)}`);
  }
}

async function moveIntoPlace(parent: string, name: string, temporary: string, disk: Disk): Promise<void> {
  const target = join(parent, name);
  const replaced = join(parent, replacedPrefix + name);
  let replaces = true;
  // A folder with files in it cannot be renamed over: the old one steps aside first, and a crash between the two
  // renames is settled by recoverCheckpoints.
  await disk.rename(target, replaced).catch((error: unknown) => {
    if (!isErrno(error, 'ENOENT')) throw error;
    replaces = false;
  });
  try {
    await disk.rename(temporary, target);
  } catch (error) {
    if (replaces) await disk.rename(replaced, target);
    throw error;
  }
  await disk.syncFolder(parent);
  if (replaces) await disk.remove(replaced);
}

function assertTensorFileName(file: string): void {
  if (/^[a-z0-9][a-z0-9._-]*\.safetensors$/i.test(file)) return;
  throw new GanymedeError(
    'BAD_FILE_NAME',
    `checkpoint file: expected a name of letters, digits, dot, dash and underscore that ends in .safetensors, got ${JSON.stringify(file)}`,
    { kind: 'failed' },
  );
}

/**
 * Checks a checkpoint without loading its tensors.
 * @throws CHECKPOINT_DAMAGED naming the file, what was expected and what was found; CHECKPOINT_TOO_NEW
 */
export async function verifyCheckpoint(folder: string): Promise<{ readonly step: number }> {
  const manifest = await readManifest(folder);
  const named = stepOfFolderName(basename(folder));
  if (named !== undefined && named !== manifest.step)
    throw checkpointDamaged(
      join(folder, manifestName),
      `step ${named}, as its folder is named`,
      `${manifest.step}`,
    );
  await verifyFiles(folder, manifest);
  return { step: manifest.step };
}

/**
 * Verifies and loads a checkpoint.
 * @param only - tensor files to load; all without it. The others are verified all the same
 * @param schema - of the state; none where the caller does not look into it
 * @throws as `verifyCheckpoint`, also where the state is not of its schema; CHECKPOINT_FILE_MISSING if it has no file of a
 * name in `only`
 */
export async function readCheckpoint<State = unknown>(
  folder: string,
  only?: readonly string[],
  schema?: Schema<State>,
): Promise<Checkpoint<State>> {
  const { step } = await verifyCheckpoint(folder);
  const available = (await readdir(folder)).filter((file) => file.endsWith('.safetensors')).sort();
  const missing = only?.find((file) => !available.includes(file));
  if (missing !== undefined) {
    throw new GanymedeError(
      'CHECKPOINT_FILE_MISSING',
      `${folder}: expected a file ${missing}, got ${available.join(', ')}`,
      { kind: 'missing' },
    );
  }
  const tensorFiles: Record<string, Record<string, HostTensor>> = {};
  for (const file of only ?? available) tensorFiles[file] = await readSafetensors(join(folder, file));
  const path = join(folder, stateName);
  const content = parseExact(await readFile(path, 'utf8'));
  const damaged = (got: string): Error => checkpointDamaged(path, 'the state of a run', got);
  const state = schema ? parseAs(schema, content, damaged) : (content as State);
  return { step, folder, tensorFiles, state };
}

/** Steps of the checkpoints of a run, ascending, whole or not. A run without any has none. */
export async function checkpointSteps(runFolder: string, of?: StepsFolder): Promise<number[]> {
  const names = await readdir(checkpointsFolder(runFolder, of)).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  });
  return names
    .map(stepOfFolderName)
    .filter((step) => step !== undefined)
    .sort((a, b) => a - b);
}

export interface LatestCheckpoint {
  /** The newest checkpoint that is whole; null if there is none. */
  readonly checkpoint: { readonly step: number; readonly folder: string } | null;
  /** Newer ones that are not, with the reason. Tell the user: the run goes back further than they think. */
  readonly skipped: readonly { readonly step: number; readonly folder: string; readonly reason: string }[];
}

/** Finds the newest checkpoint that can be used. Changes nothing, so it is safe beside a running process. */
export async function latestCheckpoint(runFolder: string): Promise<LatestCheckpoint> {
  const skipped: { step: number; folder: string; reason: string }[] = [];
  for (const step of (await checkpointSteps(runFolder)).reverse()) {
    const folder = join(checkpointsFolder(runFolder), stepFolderName(step));
    try {
      await verifyCheckpoint(folder);
      return { checkpoint: { step, folder }, skipped };
    } catch (error) {
      if (!isGanymedeError(error)) throw error;
      skipped.push({ step, folder, reason: error.message });
    }
  }
  return { checkpoint: null, skipped };
}
