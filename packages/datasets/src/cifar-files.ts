import { hashOf, isProblem, tryReadFile } from '@ganymede/files';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isGzip, readHead } from './file-magic.js';
import { hashFiles, type HashContext } from './hashed-files.js';
import { damaged, notFound, unreadableFile } from './messages.js';
import { readTar } from './tar-index.js';

export interface HashedContent {
  readonly hash: string;
  readonly isUnchanged: () => Promise<boolean>;
}

/** CIFAR's binary files, in a folder or an archive. */
export interface CifarFiles {
  readonly path: string;
  /** Hash of all content that `read` may give, and whether it is still that. */
  hash(names: readonly string[], context: HashContext): Promise<HashedContent>;
  /** Content by file name; files that are not there are left out. */
  read(names: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
}

/** Names of the binary version's image files. */
export const cifarBinary = /^(data_batch_[1-5]|test_batch|train|test)\.bin$/;

/** The folder itself, or the one in it that the official archive unpacks to. */
async function folderOfBinaries(path: string): Promise<string> {
  const entries = await readdir(path, { withFileTypes: true });
  if (entries.some(({ name }) => cifarBinary.test(name))) return path;
  for (const entry of entries) {
    if (!entry.isDirectory() || !/^cifar-100?-(batches-bin|binary)$/.test(entry.name)) continue;
    return join(path, entry.name);
  }
  return path;
}

function inFolder(path: string): CifarFiles {
  return {
    path,
    hash: async (names, context) => {
      const present = await readdir(path);
      const used = names.filter((name) => present.includes(name));
      const files = used.map((name) => join(path, name));
      const { hashes, isUnchanged } = await hashFiles(context, path, files);
      return { hash: hashOf(used.map((name, i) => [name, hashes[i]])), isUnchanged };
    },
    read: async (names) => {
      const present = await readdir(path);
      const used = names.filter((name) => present.includes(name));
      return new Map(
        await Promise.all(used.map(async (name) => [name, await readBinary(join(path, name))] as const)),
      );
    },
  };
}

async function readBinary(path: string): Promise<Buffer> {
  const bytes = await tryReadFile(path);
  if (isProblem(bytes)) throw unreadableFile(path, bytes.problem);
  return bytes;
}

function inTar(path: string, gzip: boolean): CifarFiles {
  return {
    path,
    hash: async (_names, context) => {
      const { hashes, isUnchanged } = await hashFiles(context, path, [path]);
      return { hash: hashes[0]!, isUnchanged };
    },
    read: async (names) => {
      const found = new Map<string, Buffer>();
      for await (const file of readTar(path, gzip)) {
        const name = basename(file.path);
        if (file.problem === null && names.includes(name)) found.set(name, await file.read());
      }
      return found;
    },
  };
}

/** @param path - a folder that holds the `.bin` files, the one above it, or a .tar or .tar.gz */
export async function cifarFiles(path: string): Promise<CifarFiles> {
  const about = await stat(path).catch(() => null);
  if (about === null) throw notFound(path);
  return about.isDirectory()
    ? inFolder(await folderOfBinaries(path))
    : inTar(path, isGzip(await readHead(path, 2)));
}

/** The lines of a file of class names. */
export function classNames(path: string, file: string, content: Buffer, count: number): string[] {
  const names = content
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (names.length !== count) throw damaged(`${path}: ${file}`, `${count} class names`, `${names.length}`);
  return names;
}
