import { lstat, readdir, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { GanymedeError, isGanymedeError } from '@ganymede/core';
import { nodeDisk, type Disk } from './disk.js';
import { removeLeftovers, temporaryPath } from './leftovers.js';
import { thisProcess } from './process-identity.js';
import { cannotWrite, isErrno, namingPath } from './writing-errors.js';

export interface FolderOptions {
  readonly disk?: Disk;
  /**
   * The folder may hold other files: once all new ones are written they are moved beside those, one by one, so that
   * only a kill between two renames can part them.
   */
  readonly joins?: boolean;
}

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
  { disk = nodeDisk, joins = false }: FolderOptions = {},
): Promise<T> {
  return namingPath(path, async () => {
    const target = await realpath(path).catch(() => resolve(path));
    const content = await contentOf(path, target);
    if (content.length > 0 && !joins)
      throw cannotWrite(path, `a folder that holds ${content[0]!} already`, advice);
    const isJoining = content.length > 0;
    const parent = isJoining ? target : dirname(target);
    await disk.makeFolder(parent);
    await removeLeftovers(parent, disk);
    const temporary = temporaryPath(parent, thisProcess());
    try {
      await disk.makeFolder(temporary);
      const filled = await fill(temporary);
      await disk.syncFolder(temporary);
      if (isJoining) await moveInto(target, temporary, disk);
      else await disk.rename(temporary, target);
      await disk.syncFolder(parent);
      return filled;
    } catch (error) {
      await disk.remove(temporary).catch(() => undefined);
      throw naming(error, temporary, path);
    }
  });
}

/** An error of what is in the folder, by the path that it would have had. */
function naming(error: unknown, temporary: string, path: string): unknown {
  if (!isGanymedeError(error) || !error.message.includes(temporary)) return error;
  const { code, message, kind, hint, cause } = error;
  return new GanymedeError(code, message.replaceAll(temporary, path), {
    kind,
    ...(hint !== undefined && { hint }),
    cause,
  });
}

const advice = 'Choose another path, or move away what is there.';

/** Names in a folder; none where it does not exist. */
async function contentOf(path: string, target: string): Promise<readonly string[]> {
  const about = await lstat(target).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  });
  if (about === null) return [];
  if (!about.isDirectory()) throw cannotWrite(path, 'something there that is no folder', advice);
  return readdir(target);
}

/** Moves all or nothing, unless it is killed. */
async function moveInto(target: string, temporary: string, disk: Disk): Promise<void> {
  const moved: string[] = [];
  try {
    for (const name of await readdir(temporary)) {
      await disk.rename(join(temporary, name), join(target, name));
      moved.push(join(target, name));
    }
  } catch (error) {
    for (const path of moved) await disk.remove(path);
    throw error;
  }
  await disk.remove(temporary);
}
