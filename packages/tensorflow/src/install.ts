import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { libraryFiles } from './c-api.js';
import { TensorFlowError } from './errors.js';
import { gpuSuffix, holdsLibrary, libraryCache } from './library.js';
import { downloadWheel } from './wheel-download.js';
import { extractMembers, verifyWheel } from './wheel-extract.js';
import { keepCuda, keepLibraries, type Keep } from './wheel-members.js';
import { gpuWheels, wheelFor, type WheelPin } from './wheel-pins.js';

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
  /** Where the two files go; the toolkit's cache if absent, where `findLibrary` looks. */
  readonly folder?: string;
  /** TensorFlow built for CUDA, with NVIDIA's libraries (more than 2 GB to download, 4 GB on disk). */
  readonly gpu?: boolean;
  /** Another wheel than the pinned one of this platform. */
  readonly wheel?: WheelPin;
  /** A wheel on disk instead of a download; its digest is checked all the same. */
  readonly wheelFile?: string;
  /** Other wheels of NVIDIA's libraries than the pinned ones. */
  readonly cuda?: readonly WheelPin[];
  /** Folder with those wheels, `<distribution>.whl`, instead of downloads. */
  readonly cudaFiles?: string;
  readonly onProgress?: (progress: InstallProgress) => void;
  /** Stops the installation; nothing stays behind. */
  readonly signal?: AbortSignal;
}

export interface InstalledLibrary {
  readonly folder: string;
  /** False if it was there before. */
  readonly installed: boolean;
}

/** `.2.21.0-<pid>-x8Kd2f`: the process that owns it, so that a later one can tell what was left behind. */
const temporaryPrefix = (folder: string, pid: number): string =>
  join(dirname(folder), `.${basename(folder)}-${pid}-`);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes what interrupted installations left beside `folder`, up to a gigabyte each. */
async function removeLeftovers(folder: string): Promise<void> {
  const pattern = new RegExp(`^\\.${basename(folder).replaceAll('.', '\\.')}-(\\d+)-`);
  for (const name of await readdir(dirname(folder))) {
    const pid = pattern.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) {
      await rm(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}

interface Part {
  readonly wheel: WheelPin;
  /** On disk; downloaded if absent. */
  readonly file: string | undefined;
  readonly keep: Keep;
  readonly required: readonly string[];
}

/** Downloads a wheel, checks it, and puts what is kept of it into `complete`; the wheel itself is deleted. */
async function addWheel(
  { wheel, file: given, keep, required }: Part,
  { onProgress, signal }: InstallOptions,
  complete: string,
): Promise<void> {
  const report = (stage: InstallProgress['stage'], totalBytes?: number) => (bytes: number) =>
    onProgress?.({ wheel: wheel.distribution, stage, bytes, totalBytes });
  const downloads = await mkdtemp(join(dirname(complete), 'download-'));
  try {
    const file =
      given ??
      (await downloadWheel(wheel, downloads, {
        onBytes: report('download', wheel.bytes?.wheel),
        ...(signal ? { signal } : {}),
      }));
    await verifyWheel(file, wheel.sha256, report('verify', (await stat(file)).size));
    signal?.throwIfAborted();
    await extractMembers(file, keep, complete, required, report('extract', wheel.bytes?.libraries));
    signal?.throwIfAborted();
  } finally {
    await rm(downloads, { recursive: true, force: true });
  }
}

/** Puts `complete` in the place of `folder`; whoever of two installations comes second leaves the first one's. */
async function publish(complete: string, folder: string): Promise<boolean> {
  if (existsSync(folder) && !holdsLibrary(folder)) {
    await rename(folder, `${complete}-replaced`);
    await rm(`${complete}-replaced`, { recursive: true, force: true });
  }
  try {
    await rename(complete, folder);
  } catch (error) {
    if (holdsLibrary(folder)) return false;
    throw error;
  }
  await syncFolder(dirname(folder));
  return true;
}

/**
 * Fetches the wheel of TensorFlow for this platform with pip, checks its digest and keeps the two libraries of it
 * (190 to 270 MB to download, 850 MB on disk); for GPUs, NVIDIA's libraries too, in `cuda` below `folder`. May be run twice, at the same time, or be interrupted: `folder` holds
 * both files, whole, or does not exist.
 * @throws PLATFORM_NOT_SUPPORTED, PYTHON_NOT_FOUND, PIP_NOT_FOUND, NO_NETWORK, DOWNLOAD_FAILED, WHEEL_CORRUPT,
 *   WHEEL_INCOMPLETE, INSTALL_FAILED (no space, no permission)
 */
export async function installLibrary(options: InstallOptions = {}): Promise<InstalledLibrary> {
  const { gpu = false } = options;
  const wheel = options.wheel ?? (gpu ? gpuWheels().library : wheelFor());
  const cuda = options.cuda ?? (gpu ? gpuWheels().cuda : []);
  const folder = options.folder ?? join(libraryCache(), wheel.version + (gpu ? gpuSuffix : ''));
  if (holdsLibrary(folder)) return { folder, installed: false };
  try {
    await mkdir(dirname(folder), { recursive: true });
    await removeLeftovers(folder);
    const temporary = await mkdtemp(temporaryPrefix(folder, process.pid));
    try {
      const complete = join(temporary, 'complete');
      await mkdir(complete);
      await addWheel(
        { wheel, file: options.wheelFile, keep: keepLibraries, required: libraryFiles },
        options,
        complete,
      );
      for (const part of cuda) {
        const file = options.cudaFiles && join(options.cudaFiles, `${part.distribution}.whl`);
        await addWheel({ wheel: part, file, keep: keepCuda, required: [] }, options, complete);
      }
      await syncFolder(complete);
      return { folder, installed: await publish(complete, folder) };
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  } catch (cause) {
    if (cause instanceof TensorFlowError || options.signal?.aborted) throw cause;
    throw new TensorFlowError(
      'INSTALL_FAILED',
      `TensorFlow library: expected to install it in ${folder}, got: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        kind: 'failed',
        hint: 'It needs about 1.1 GB on disk while it installs, 6 GB for GPUs; GANYMEDE_TENSORFLOW or XDG_CACHE_HOME name another place.',
        cause,
      },
    );
  }
}
