import { GanymedeError } from '@ganymede/core';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, realpath, rmdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { lock, type LockOptions } from 'proper-lockfile';
import { z } from 'zod';
import { isErrno, replaceFile } from './disk.js';
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
  /** Tells two processes of one id apart: ids are used again. Null where the system does not say. */
  startedAt: z.string().nullable(),
});
type Owner = z.output<typeof ownerSchema>;

/** Milliseconds without a sign of life after which a holder on another host counts as dead. */
const staleMs = 5 * 60_000;

/**
 * Takes the lock of a run folder.
 * @throws RUN_LOCKED naming the process id and host of the holder
 */
export async function acquireRunLock(runFolder: string): Promise<RunLock> {
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
function lockFolder(path: string, options: LockOptions): Promise<() => Promise<void>> {
  return lock(path, { ...options, realpath: false, lockfilePath: path });
}

async function acquireGuarded(runFolder: string): Promise<RunLock> {
  const lockfilePath = join(runFolder, runLayout.lock);
  const ownerPath = join(runFolder, `${runLayout.lock}-owner.json`);
  const owner = await readOwner(ownerPath);
  const here = owner?.host === hostname();
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
  const self: Owner = { pid: process.pid, host: hostname(), startedAt: processStart(process.pid) };
  try {
    await replaceFile(ownerPath, `${JSON.stringify(self)}\n`);
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

async function readOwner(path: string): Promise<Owner | null> {
  try {
    return ownerSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // No file, or none of ours: the lock folder alone decides.
    return null;
  }
}

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it lives, under another user.
    if (!isErrno(error, 'EPERM')) return false;
  }
  return owner.startedAt === null || processStart(owner.pid) === owner.startedAt;
}

/** Clock ticks since boot at which a process started, on Linux; null elsewhere. A zombie has no start: it is dead. */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command in parentheses may hold spaces and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function runLocked(runFolder: string, owner: Owner | null): GanymedeError {
  const holder = owner === null ? 'an unknown process' : `process ${owner.pid} on host ${owner.host}`;
  return new GanymedeError(
    'RUN_LOCKED',
    `${runFolder}: expected a run that nobody writes to, got one held by ${holder}`,
    {
      kind: 'failed',
      hint: `Wait for it or stop it. A holder that died on another host counts as gone after ${staleMs / 60_000} minutes.`,
    },
  );
}
