import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, in memory, that is soon full. */
export interface SmallDisk {
  readonly folder: string;
  /** Nothing can be written from now on. */
  makeReadOnly(): void;
  unmount(): void;
}

/**
 * Mounts one, which takes Linux and the rights to mount.
 * @param kib - room on it
 * @returns null where this process may not mount: a test that needs a full disk says so and is skipped
 */
export function mountSmallDisk(kib: number): SmallDisk | null {
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmdirSync(folder);
    return null;
  }
  return {
    folder,
    makeReadOnly() {
      execFileSync('mount', ['-o', 'remount,ro', folder]);
    },
    unmount() {
      execFileSync('umount', ['--lazy', folder]);
      rmdirSync(folder);
    },
  };
}
