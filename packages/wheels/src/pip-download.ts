import { readdirSync, statSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadFailed } from './errors.js';
import { runPip, selection, type PipOptions } from './pip.js';
import type { WheelPin } from './wheel-pin.js';

/** pip's temporary folder, in that of the download: it has the file while it grows. */
export const pipFolder = (folder: string): string => join(folder, 'pip');

/** pip downloads into its temporary folder and copies the wheel: the largest file is how far it is. */
export function largestFile(folder: string): { readonly path: string; readonly bytes: number } | null {
  let largest: { readonly path: string; readonly bytes: number } | null = null;
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const bytes = statSync(path).size;
      if (bytes > (largest?.bytes ?? 0)) largest = { path, bytes };
    }
  } catch {
    // A file that pip moved away between listing and looking, or no folder yet.
  }
  return largest;
}

/**
 * Downloads a wheel with pip.
 * @param folder - gets the wheel
 * @param onBytes - bytes so far, about twice a second
 * @returns the path of the wheel
 * @throws NO_NETWORK, DOWNLOAD_FAILED, and as `runPip`
 */
export async function downloadWheel(
  wheel: WheelPin,
  folder: string,
  { onBytes, ...options }: Omit<PipOptions, 'temporary'> & { onBytes?: (bytes: number) => void } = {},
): Promise<string> {
  const temporary = pipFolder(folder);
  await mkdir(temporary, { recursive: true });
  const parameters = ['--retries', '2', '--progress-bar', 'off', '--dest', folder];
  const requirement = `${wheel.distribution}==${wheel.version}`;
  const timer = setInterval(() => onBytes?.(largestFile(folder)?.bytes ?? 0), 500);
  try {
    const { failure } = await runPip(wheel, ['download', ...parameters, ...selection(wheel), requirement], {
      ...options,
      temporary,
    });
    if (failure !== null) throw failure;
  } finally {
    clearInterval(timer);
  }
  const file = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (file === undefined) throw downloadFailed(wheel, 'it left no wheel');
  return join(folder, file);
}
