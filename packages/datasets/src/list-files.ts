import { isGanymedeError } from '@ganymede/core';
import { notAFile, wordsOfFileError } from '@ganymede/files';
import type { BigIntStats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isJunk } from './image-names.js';
import { tooManyLinks, unreadable } from './messages.js';

export interface FoundFile {
  /** Relative to the root, forward slashes. */
  readonly path: string;
  /** Null where there is no file at the path. */
  readonly about: BigIntStats | null;
  /** Why it cannot be read: `is a named pipe, not a file`; null for a file. */
  readonly problem: string | null;
}

/** Folders that lead to each other by links have more paths than anybody can walk. */
const mostLinks = 10_000;
const atATime = 256;

async function lookAt(path: string, name: string): Promise<Omit<FoundFile, 'path'>> {
  try {
    const about = await stat(path, { bigint: true });
    return { about, problem: notAFile(about) };
  } catch (error) {
    // Node hands out names as text, and such a name does not find its file again.
    const problem = name.includes('\uFFFD')
      ? 'has a name that is not UTF-8: rename it'
      : wordsOfFileError(error).replace('does not exist', 'is a link that leads nowhere');
    return { about: null, problem };
  }
}

/**
 * All that lies below a folder, links followed, without what operating systems leave behind: files, and what is none
 * with the reason. Nothing is opened. A link back to a folder that it lies in is not entered.
 * @throws DATASET_UNREADABLE, DATASET_TOO_MANY_LINKS
 */
export async function listFiles(root: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  let links = 0;
  const visit = async (folder: string, prefix: string, parents: readonly string[]): Promise<void> => {
    const real = await realpath(folder);
    if (parents.includes(real)) return;
    const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !isJunk(name));
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const others = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
    for (let at = 0; at < others.length; at += atATime) {
      const names = others.slice(at, at + atATime);
      const looks = await Promise.all(names.map((name) => lookAt(join(folder, name), name)));
      names.forEach((name, i) => {
        const { about, problem } = looks[i]!;
        if (!about?.isDirectory()) found.push({ path: prefix + name, about, problem });
        else if (++links > mostLinks) throw tooManyLinks(root, mostLinks);
        else folders.push(name);
      });
    }
    for (const name of folders) await visit(join(folder, name), `${prefix}${name}/`, [...parents, real]);
  };
  try {
    await visit(root, '', []);
  } catch (error) {
    throw isGanymedeError(error) ? error : unreadable(root, error);
  }
  return found;
}
