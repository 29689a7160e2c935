import { existsSync, readdirSync } from 'node:fs';
import { mkdir, open, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { installFailed, noRoom, WheelError, wheelNotFound } from './errors.js';
import { extractMembers, verifyWheel } from './extract.js';
import { fetchWheel } from './fetch-wheel.js';
import { largestFile } from './pip-download.js';
import { leaveStaging, openStaging } from './staging.js';
import { fileStart, type WheelPart, type WheelPin } from './wheel-pin.js';

export interface InstallProgress {
  /** Name of the wheel. */
  readonly wheel: string;
  readonly stage: 'download' | 'verify' | 'extract';
  /** Bytes of this stage so far. */
  readonly bytes: number;
  /** Bytes of the whole stage, once they are known. */
  readonly totalBytes: number | undefined;
}

export interface InstallOptions {
  /** Holds the wheels, named as an index names them, instead of downloads; their digests are checked all the same. */
  readonly from?: string | undefined;
  readonly onProgress?: ((progress: InstallProgress) => void) | undefined;
  /** Stops the installation; the next one goes on where it was. */
  readonly signal?: AbortSignal | undefined;
  /** Programs to try that may have pip. */
  readonly pythons?: readonly string[] | undefined;
}

export interface Installation {
  /** Where everything goes; is there whole or not at all. */
  readonly folder: string;
  readonly parts: readonly WheelPart[];
  /** Whether a folder is such an installation, whole. */
  readonly isComplete: (folder: string) => boolean;
}

export interface Installed {
  readonly folder: string;
  /** False if it was there before. */
  readonly installed: boolean;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}

/** The file of each wheel in a folder, by digest. @throws WHEEL_NOT_FOUND with all that are not there */
function filesIn(folder: string, wheels: readonly WheelPin[]): ReadonlyMap<string, string> {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const found = wheels.map((wheel) =>
    names.find((name) => name.startsWith(fileStart(wheel)) && name.endsWith('.whl')),
  );
  const missing = wheels.filter((_, i) => found[i] === undefined);
  if (missing.length > 0)
    throw wheelNotFound(
      folder,
      missing.map((wheel) => `${fileStart(wheel)}*.whl`),
    );
  return new Map(wheels.map(({ sha256 }, i) => [sha256, join(folder, found[i]!)]));
}

/** An installation under way: what is whole lies in `complete`, a mark for each wheel in `done`, wheels in `wheels`. */
class Staging {
  readonly complete: string;

  constructor(private readonly folder: string) {
    this.complete = join(folder, 'complete');
  }

  mark = ({ sha256 }: WheelPin): string => join(this.folder, 'done', sha256);
  download = ({ sha256 }: WheelPin): string => join(this.folder, 'wheels', sha256);

  get isOfUse(): boolean {
    return ['done', 'wheels'].some(
      (name) =>
        existsSync(join(this.folder, name)) &&
        readdirSync(join(this.folder, name), { recursive: true, withFileTypes: true }).some(
          (entry) => entry.isFile() && entry.name !== 'pip.pid',
        ),
    );
  }

  async prepare(): Promise<void> {
    await mkdir(this.complete, { recursive: true });
    await mkdir(join(this.folder, 'done'), { recursive: true });
  }

  /** Bytes that the disk must still take: what is kept, and one wheel at a time. */
  bytesNeeded(wheels: readonly WheelPin[], downloads: boolean): number {
    let libraries = 0;
    let largest = 0;
    for (const wheel of wheels) {
      if (!wheel.bytes || existsSync(this.mark(wheel))) continue;
      libraries += wheel.bytes.libraries;
      const there = largestFile(this.download(wheel))?.bytes ?? 0;
      if (downloads) largest = Math.max(largest, wheel.bytes.wheel - there);
    }
    return libraries + largest;
  }
}

/** Fetches or takes a wheel, checks it, and extracts what is kept of it. */
async function add(
  { wheel, keep, required }: WheelPart,
  staging: Staging,
  given: string | undefined,
  { onProgress, signal, pythons }: InstallOptions,
): Promise<void> {
  if (existsSync(staging.mark(wheel))) return;
  const report = (stage: InstallProgress['stage'], totalBytes?: number) => (bytes: number) =>
    onProgress?.({ wheel: wheel.distribution, stage, bytes, totalBytes });
  const folder = staging.download(wheel);
  if (given !== undefined) {
    await verifyWheel(given, wheel.sha256, report('verify', (await stat(given)).size));
  }
  const file =
    given ??
    (await fetchWheel(wheel, folder, {
      pythons,
      signal,
      onDownloaded: report('download', wheel.bytes?.wheel),
      onVerified: report('verify', wheel.bytes?.wheel),
    }));
  signal?.throwIfAborted();
  await extractMembers(file, keep, staging.complete, required, report('extract', wheel.bytes?.libraries));
  await writeFile(staging.mark(wheel), '', { flush: true });
  await rm(folder, { recursive: true, force: true });
  signal?.throwIfAborted();
}

/** Puts `complete` in the place of the folder; whoever of two installations comes second leaves the first one's. */
async function publish(complete: string, { folder, isComplete }: Installation): Promise<boolean> {
  await syncFolder(complete);
  if (existsSync(folder) && !isComplete(folder)) {
    await rename(folder, `${complete}-replaced`);
    await rm(`${complete}-replaced`, { recursive: true, force: true });
  }
  try {
    await rename(complete, folder);
  } catch (error) {
    if (isComplete(folder)) return false;
    throw error;
  }
  await syncFolder(dirname(folder));
  return true;
}

/**
 * Installs parts of wheels into a folder: pip fetches each wheel, its digest is checked, what is wanted of it extracted, and
 * the folder put in its place when all are there. May be run twice, at the same time, or be interrupted, also killed:
 * `folder` is whole or does not exist, and the next installation goes on with the wheels, and the bytes of a wheel, that
 * this one had.
 * @throws PYTHON_NOT_FOUND, PIP_NOT_FOUND, NO_NETWORK, DOWNLOAD_FAILED, WHEEL_NOT_FOUND, WHEEL_CORRUPT, WHEEL_INCOMPLETE,
 *   NO_ROOM, INSTALL_FAILED (no permission); an AbortError
 */
export async function installWheels(
  installation: Installation,
  options: InstallOptions = {},
): Promise<Installed> {
  const { folder, parts, isComplete } = installation;
  if (isComplete(folder)) return { folder, installed: false };
  const wheels = parts.map(({ wheel }) => wheel);
  const given = options.from === undefined ? undefined : filesIn(options.from, wheels);
  try {
    const place = await openStaging(folder);
    const staging = new Staging(place);
    let isDone = false;
    try {
      await staging.prepare();
      const needed = staging.bytesNeeded(wheels, given === undefined);
      const { bavail, bsize } = await statfs(place);
      if (bavail * bsize < needed) throw noRoom(dirname(folder), needed, bavail * bsize);
      for (const part of parts) await add(part, staging, given?.get(part.wheel.sha256), options);
      const installed = await publish(staging.complete, installation);
      isDone = true;
      return { folder, installed };
    } finally {
      await leaveStaging(place, folder, !isDone && staging.isOfUse);
    }
  } catch (cause) {
    if (cause instanceof WheelError || options.signal?.aborted) throw cause;
    throw installFailed(folder, cause);
  }
}
