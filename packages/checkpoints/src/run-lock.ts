import { GanymedeError } from '@ganymede/core';
import {
  isAlive,
  isErrno,
  namingPath,
  thisProcess,
  writeFileSafely,
  type ProcessIdentity,
} from '@ganymede/files';
import { existsSync } from 'node:fs';
import { readFile, realpath, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LockOptions } from 'proper-lockfile';
import { z } from 'zod';
import { runLayout } from './run-layout.js';

/**
 * One process at a time writes to a run. The lock is a folder `.lock`, whose modification time is renewed while its
 * holder lives (proper-lockfile), and a file that says who holds it.
 *
 * On the holder's own host its process id decides: a process that is gone has no lock, however fresh (kill -9), and
 * one that lives keeps it, however stale (a step that blocks the event loop for minutes). Across hosts the
 * modification time decides.
 */
export interface RunLock {
  /** @throws RUN_LOCK_LOST if another process took the lock, or its folder was removed */
  assertHeld(): void;
  release(): Promise<void>;
}

const ownerSchema = z.object({
  pid: z.number().int(),
  host: z.string(),
  startedAt: z.string().nullable(),
});

const ownerPathOf = (runFolder: string): string => join(runFolder, `${runLayout.lock}-owner.json`);

/** Milliseconds without a sign of life after which a holder on another host counts as dead. */
const staleMs = 5 * 60_000;

/**
 * Takes the lock of a run folder.
 * @throws RUN_LOCKED naming the process id and host of the holder; DISK_FULL, CANNOT_WRITE
 */
export async function acquireRunLock(runFolder: string): Promise<RunLock> {
  return namingPath(runFolder, () => acquire(runFolder));
}

async function acquire(runFolder: string): Promise<RunLock> {
  const folder = await realpath(runFolder);
  // Looking at who holds the lock and taking it over must be one act: two processes that both find a dead holder
  // would both take it. The guard is held for milliseconds, and for at most its stale time if its holder dies.
  const releaseGuard = await lockFolder(join(folder, `${runLayout.lock}-guard`), {
    stale: 2000,
    retries: { retries: 60, factor: 1, minTimeout: 50, maxTimeout: 100 },
  });
  try {
    return await acquireGuarded(folder);
  } finally {
    await releaseGuard();
  }
}

/** proper-lockfile knows its locks by the locked file's path, so each lock folder stands for itself. */
async function lockFolder(path: string, options: LockOptions): Promise<() => Promise<void>> {
  const { lock } = await withoutSignalListeners(() => import('proper-lockfile'));
  return lock(path, { ...options, realpath: false, lockfilePath: path });
}

async function acquireGuarded(runFolder: string): Promise<RunLock> {
  const lockfilePath = join(runFolder, runLayout.lock);
  const ownerPath = ownerPathOf(runFolder);
  const owner = await readOwner(ownerPath);
  const here = owner?.host === thisProcess().host;
  if (owner && here) {
    if (isAlive(owner) && existsSync(lockfilePath)) throw runLocked(runFolder, owner);
    await rmdir(lockfilePath).catch((error: unknown) => {
      if (!isErrno(error, 'ENOENT')) throw error;
    });
  }
  let lost: Error | null = null;
  const release = await lockFolder(lockfilePath, {
    stale: staleMs,
    update: 30_000,
    onCompromised: (error) => {
      lost = error;
    },
  }).catch((error: unknown) => {
    if (isErrno(error, 'ELOCKED')) throw runLocked(runFolder, owner);
    throw error;
  });
  try {
    await writeFileSafely(ownerPath, `${JSON.stringify(thisProcess())}\n`);
  } catch (error) {
    await release();
    throw error;
  }
  let released = false;
  return {
    assertHeld() {
      if (lost === null && !released) return;
      throw new GanymedeError(
        'RUN_LOCK_LOST',
        `${runFolder}: expected to hold the run's lock, got ${lost?.message ?? 'a released one'}`,
        {
          kind: 'failed',
          hint: 'Another process may be writing to this run: stop one of them.',
          cause: lost ?? undefined,
        },
      );
    },
    async release() {
      if (released) return;
      released = true;
      if (lost === null) await release();
    },
  };
}

/** Who holds the lock of a run, or held it last; null where nobody knows. */
export function runOwner(runFolder: string): Promise<ProcessIdentity | null> {
  return readOwner(ownerPathOf(runFolder));
}

async function readOwner(path: string): Promise<ProcessIdentity | null> {
  try {
    return ownerSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // No file, or none of ours: the lock folder alone decides.
    return null;
  }
}

function runLocked(runFolder: string, owner: ProcessIdentity | null): GanymedeError {
  const holder = owner === null ? 'an unknown process' : `process ${owner.pid} on host ${owner.host}`;
  return new GanymedeError(
    'RUN_LOCKED',
    `${runFolder}: expected a run that nobody writes to, got one held by ${holder}`,
    {
      kind: 'failed',
      hint: `Wait for it or stop it. If its process died on another host, the lock is free after ${staleMs / 60_000} minutes.`,
    },
  );
}

/**
 * proper-lockfile listens to signals, to let go of its locks. But whoever listens to a signal takes it from the system,
 * which ends a process at once, and leaves it to JavaScript's thread, which may be busy for minutes. Here the process
 * id tells whether a lock is held, so nothing is lost without. SIGXFSZ stays with a listener: it comes with a file that
 * grows too large, and the write that fails says so.
 */
async function withoutSignalListeners<T>(load: () => Promise<T>): Promise<T> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGXFSZ'] as const;
  const before = signals.map((name) => process.listeners(name));
  const loaded = await load();
  for (const [i, name] of signals.entries()) {
    const added = process.listeners(name).filter((listener) => !before[i]!.includes(listener));
    if (name === 'SIGXFSZ' && added.length > 0) process.on(name, () => undefined);
    for (const listener of added) process.off(name, listener);
  }
  return loaded;
}
