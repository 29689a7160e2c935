import { lstat, readdir, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { nodeDisk, type Disk } from './disk.js';
import { removeLeftovers, temporaryPath } from './leftovers.js';
import { thisProcess } from './process-identity.js';
import { cannotWrite, isErrno, namingPath } from './writing-errors.js';

/**
 * Makes a folder so that it is there whole or not at all: `fill` writes into a temporary one beside it, which then gets
 * the name. An empty folder that has the name already is taken.
 * @param fill - writes with `writeFileSafely`, so that each file is flushed
 * @throws DISK_FULL, CANNOT_WRITE naming the path, also where a folder of the name holds something; and what `fill`
 * throws. Then no temporary is left
 */
export async function writeFolderSafely<T>(
  path: string,
  fill: (temporary: string) => Promise<T>,
  disk: Disk = nodeDisk,
): Promise<T> {
  return namingPath(path, async () => {
    const target = await realpath(path).catch(() => resolve(path));
    await expectFree(path, target);
    const parent = dirname(target);
    await disk.makeFolder(parent);
    await removeLeftovers(parent, disk);
    const temporary = temporaryPath(parent, thisProcess());
    try {
      await disk.makeFolder(temporary);
      const filled = await fill(temporary);
      await disk.syncFolder(temporary);
      await disk.rename(temporary, target);
      await disk.syncFolder(parent);
      return filled;
    } catch (error) {
      await disk.remove(temporary).catch(() => undefined);
      throw error;
    }
  });
}

async function expectFree(path: string, target: string): Promise<void> {
  const about = await lstat(target).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  });
  if (about === null) return;
  const hint = 'Choose another path, or move away what is there.';
  if (!about.isDirectory()) throw cannotWrite(path, 'something there that is no folder', hint);
  const [first] = await readdir(target);
  if (first !== undefined) throw cannotWrite(path, `a folder that holds ${first} already`, hint);
}
