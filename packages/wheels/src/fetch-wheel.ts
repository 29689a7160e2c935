import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { WheelError } from './errors.js';
import { verifyWheel } from './extract.js';
import { endGroup } from './pip.js';
import { downloadWheel, largestFile } from './pip-download.js';
import { resumeDownload } from './resume-download.js';
import type { WheelPin } from './wheel-pin.js';

export interface FetchOptions {
  readonly pythons?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onDownloaded?: ((bytes: number) => void) | undefined;
  readonly onVerified?: ((bytes: number) => void) | undefined;
}

/** The command line of a process; null where there is none. */
function commandLineOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return null;
  }
}

/** Longest wait for a process that was ended, where nobody collects it. */
const endingMs = 2000;

/** pip outlives an installation that is killed, and would go on writing what is gone on with here. */
async function endPip(pidFile: string, { distribution, version }: WheelPin): Promise<void> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
  if (!(pid > 1)) return;
  // The number of a group is given to no other process while one of the group lives.
  const line = commandLineOf(pid);
  if (line !== null && !line.includes(`${distribution}==${version}`)) return;
  for (let waited = 0; endGroup(pid) && waited < endingMs; waited += 20) await wait(20);
}

async function isWhole(file: string, wheel: WheelPin, onBytes?: (bytes: number) => void): Promise<boolean> {
  try {
    await verifyWheel(file, wheel.sha256, onBytes);
    return true;
  } catch (error) {
    if (error instanceof WheelError) return false;
    throw error;
  }
}

/**
 * A wheel with the digest that it must have. What an earlier try left in the folder is used: the whole wheel, or its first
 * bytes, to which a range request adds the rest. A connection that breaks leaves what came.
 * @param folder - of this wheel alone
 * @returns the path of the wheel
 * @throws PYTHON_NOT_FOUND, PIP_NOT_FOUND, NO_NETWORK, DOWNLOAD_FAILED, WHEEL_CORRUPT; an AbortError
 */
export async function fetchWheel(
  wheel: WheelPin,
  folder: string,
  options: FetchOptions = {},
): Promise<string> {
  const { pythons, signal, onDownloaded: onBytes, onVerified } = options;
  await mkdir(folder, { recursive: true });
  const pidFile = join(folder, 'pip.pid');
  await endPip(pidFile, wheel);
  const kept = await takeUp(wheel, folder, options);
  if (kept !== null) return kept;
  const file = await downloadWheel(wheel, folder, {
    pythons,
    signal,
    onStart: (pid) => writeFileSync(pidFile, String(pid)),
    ...(onBytes && { onBytes }),
  });
  try {
    await verifyWheel(file, wheel.sha256, onVerified);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return file;
}

/** Null where an earlier try left nothing, or nothing that can be used; then the folder is empty. */
async function takeUp(wheel: WheelPin, folder: string, options: FetchOptions): Promise<string | null> {
  const { pythons, signal, onDownloaded: onBytes, onVerified } = options;
  const clear = async (): Promise<null> => {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    return null;
  };
  // pip's own unfinished file, or what range requests added to one.
  const left = largestFile(folder);
  if (left === null || left.bytes < 64) return clear();
  const part = join(folder, 'wheel.part');
  await rename(left.path, part);
  onBytes?.(left.bytes);
  if (wheel.bytes === undefined || left.bytes >= wheel.bytes.wheel) {
    if (await isWhole(part, wheel, onVerified)) return part;
    if (wheel.bytes !== undefined) return clear();
  }
  await rm(join(folder, 'pip'), { recursive: true, force: true });
  const file = await resumeDownload(wheel, folder, part, { pythons, signal, onBytes });
  if (file === null) return null; // what there is stays, in case that pip fails too
  return (await isWhole(file, wheel, onVerified)) ? file : clear();
}
