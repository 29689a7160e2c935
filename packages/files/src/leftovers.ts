import { createHash, randomBytes } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeDisk, type Disk } from './disk.js';
import { isAlive, thisProcess, type ProcessIdentity } from './process-identity.js';

/**
 * Temporary names say who writes: `.ganymede-<host>-<process>-<its start>-<draw>.part`, the host as a hash. They are
 * of one length whatever name the file gets, which may be as long as a file system allows.
 */
const pattern = /^\.ganymede-([0-9a-f]{8})-(\d+)-(\d*)-[0-9a-f]{12}\.part$/;

/** Milliseconds by which a folder has to have changed after a temporary of another host for that to be left behind. */
const staleMs = 24 * 3600_000;

const hashOf = (host: string): string => createHash('sha256').update(host).digest('hex').slice(0, 8);

/** Whether a name is one of this module's, of whatever process. */
export function isTemporaryName(name: string): boolean {
  return pattern.test(name);
}

/** A path in a folder that no other write has, now or later. */
export function temporaryPath(folder: string, { host, pid, startedAt }: ProcessIdentity): string {
  const draw = randomBytes(6).toString('hex');
  return join(folder, `.ganymede-${hashOf(host)}-${pid}-${startedAt ?? ''}-${draw}.part`);
}

/**
 * Removes what killed processes left in a folder; what a living one writes stays. Whether one of another host lives
 * cannot be told: what it left goes once the folder has changed a day later, by the file system's own clock. It never
 * fails: what cannot be removed is in nobody's way.
 */
export async function removeLeftovers(folder: string, disk: Disk = nodeDisk): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const ownHost = hashOf(thisProcess().host);
  for (const name of names) {
    const parts = pattern.exec(name);
    if (!parts) continue;
    const [, host, pid, startedAt] = parts as unknown as [string, string, string, string];
    const path = join(folder, name);
    const isLeft =
      host === ownHost
        ? !isAlive({ pid: Number(pid), startedAt: startedAt === '' ? null : startedAt })
        : (await changedMs(folder)) - (await changedMs(path)) > staleMs;
    if (isLeft) await disk.remove(path).catch(() => undefined);
  }
}

/** NaN, which is no time after another, for what is not there. */
async function changedMs(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.NaN,
  );
}
