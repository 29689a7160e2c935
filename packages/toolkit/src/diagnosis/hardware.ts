import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlatformName } from '@ganymede/pjrt';

/** What the system shows of accelerators. Nothing is started for it. */
export interface Hardware {
  /** Version of NVIDIA's driver, `580.159.03`; null where it is not loaded. */
  readonly nvidiaDriver: string | null;
  /** Whether a device of the platform is there. */
  readonly has: (platform: PlatformName) => boolean;
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

const list = (path: string): readonly string[] => {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
};

const intel = '0x8086';

/** @param root - of the file system; tests have their own */
export function findHardware(root = '/'): Hardware {
  const at = (...path: string[]): string => join(root, ...path);
  const [, driver = null] =
    /\s(\d{3,}\.\d+(?:\.\d+)?)\s/.exec(read(at('proc', 'driver', 'nvidia', 'version'))) ?? [];
  const isNvidia = driver !== null || existsSync(at('dev', 'nvidiactl'));
  const graphics = list(at('sys', 'class', 'drm')).filter((name) => /^renderD\d+$/.test(name));
  const seen: Readonly<Record<PlatformName, boolean>> = {
    cuda: isNvidia,
    cuda12: isNvidia,
    rocm: existsSync(at('dev', 'kfd')),
    oneapi: graphics.some(
      (name) => read(at('sys', 'class', 'drm', name, 'device', 'vendor')).trim() === intel,
    ),
    // /dev/accel0 of older machines; of newer ones a group of vfio beside its control file.
    tpu:
      list(at('dev')).some((name) => /^accel\d+$/.test(name)) ||
      list(at('dev', 'vfio')).some((name) => /^\d+$/.test(name)),
    'xla-cpu': true,
  };
  return { nvidiaDriver: driver, has: (platform) => seen[platform] };
}
