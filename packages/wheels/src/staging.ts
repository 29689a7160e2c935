import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What owns a temporary folder that nobody works in. */
const nobody = 0;

/** `.2.21.0-<pid>-x8Kd2f`: the process that owns it, so that a later one can tell what was left behind. */
const nameFor = (folder: string, pid: number): string =>
  join(dirname(folder), `.${basename(folder)}-${pid}-${randomBytes(4).toString('hex')}`);

function isAlive(pid: number): boolean {
  if (pid === nobody) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * A temporary folder beside `folder`: what an interrupted installation left, or a new one. Of several that were left the
 * first is taken and the others are removed.
 */
export async function openStaging(folder: string): Promise<string> {
  await mkdir(dirname(folder), { recursive: true });
  const own = nameFor(folder, process.pid);
  const pattern = new RegExp(`^\\.${basename(folder).replaceAll('.', '\\.')}-(\\d+)-`);
  for (const name of await readdir(dirname(folder))) {
    const pid = pattern.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const left = join(dirname(folder), name);
    if (existsSync(own)) await rm(left, { recursive: true, force: true });
    else await rename(left, own).catch(() => undefined); // another process was faster
  }
  await mkdir(own, { recursive: true });
  return own;
}

/** Leaves the folder to the next installation, or removes it where that would find nothing of use. */
export async function leaveStaging(staging: string, folder: string, isOfUse: boolean): Promise<void> {
  if (isOfUse) await rename(staging, nameFor(folder, nobody));
  else await rm(staging, { recursive: true, force: true });
}
