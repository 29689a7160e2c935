import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isJunk } from './image-names.js';
import { unreadable } from './messages.js';

export interface FoundFile {
  /** Relative to the root, forward slashes. */
  readonly path: string;
  readonly size: number;
  readonly modifiedMs: number;
}

/**
 * All files below a folder, links followed, without what operating systems leave behind. A link back to a folder
 * that it lies in is not entered.
 */
export async function listFiles(root: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  const visit = async (folder: string, prefix: string, parents: readonly string[]): Promise<void> => {
    const real = await realpath(folder);
    if (parents.includes(real)) return;
    const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !isJunk(name));
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const others = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
    for (let at = 0; at < others.length; at += 256) {
      const names = others.slice(at, at + 256);
      // A link that leads nowhere has no size; reading it fails later and names it.
      const stats = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => null)));
      names.forEach((name, i) => {
        const about = stats[i];
        if (about?.isDirectory()) folders.push(name);
        else found.push({ path: prefix + name, size: about?.size ?? 0, modifiedMs: about?.mtimeMs ?? 0 });
      });
    }
    for (const name of folders) await visit(join(folder, name), `${prefix}${name}/`, [...parents, real]);
  };
  try {
    await visit(root, '', []);
  } catch (error) {
    throw unreadable(root, error);
  }
  return found;
}
