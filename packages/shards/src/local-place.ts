import { isErrno, isProblem, stampOf, tryOpenFile, tryReadFile, wordsOfFileError } from '@ganymede/files';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nothingThere, shardUnreadable } from './errors.js';
import { HandlePool } from './handle-pool.js';
import { expandPattern, nameIn } from './shard-pattern.js';
import type { KnownShard, ShardPlace, ShardStore } from './shard-store.js';

/** Content that changes within this of being looked at may change again unseen; see `contentHashes` of files. */
const settledMs = 2000;

/** Shards on a disk: a folder, a `.tar`, or a pattern of those. */
export class LocalPlace implements ShardPlace {
  private constructor(
    readonly place: string,
    private readonly folder: string,
    /** Null for what lies in the folder. */
    private readonly files: readonly string[] | null,
    private readonly now: (() => number) | undefined,
  ) {}

  /** @throws SHARDS_NOT_FOUND */
  static async open(path: string, now?: () => number): Promise<LocalPlace> {
    const about = await stat(path).catch((error: unknown) => {
      if (isErrno(error, 'ENOENT')) return null;
      throw nothingThere(path, `one that ${wordsOfFileError(error)}`);
    });
    if (about?.isDirectory()) return new LocalPlace(path, path, null, now);
    const paths = about === null ? expandPattern(path) : [path];
    if (about === null && paths.length === 1) throw nothingThere(path, 'nothing');
    return new LocalPlace(path, dirname(path), paths.map(nameIn), now);
  }

  nameOf(file: string): string {
    return join(this.folder, file);
  }

  async readSmall(file: string): Promise<Buffer | null> {
    if (this.files !== null) return null;
    const path = this.nameOf(file);
    if ((await stat(path).catch(() => null)) === null) return null;
    const bytes = await tryReadFile(path);
    if (isProblem(bytes)) throw shardUnreadable(path, bytes.problem);
    return bytes;
  }

  async list(): Promise<readonly string[]> {
    if (this.files !== null) return this.files;
    const names = (await readdir(this.folder)).filter((name) => /^[^.].*\.tar$/.test(name)).sort();
    if (names.length === 0) throw nothingThere(this.place, 'a folder without .tar files');
    return names;
  }

  async look(file: string): Promise<{ readonly bytes: number; readonly stamp: string | null } | null> {
    const about = await stat(this.nameOf(file), { bigint: true }).catch(() => null);
    if (about === null) return null;
    const changedMs = Number((about.ctimeNs > about.mtimeNs ? about.ctimeNs : about.mtimeNs) / 1_000_000n);
    const isSettled = this.now !== undefined && changedMs < this.now() - settledMs;
    return {
      bytes: Number(about.size),
      stamp: isSettled ? `${this.nameOf(file)} ${stampOf(about)}` : null,
    };
  }

  async scan<T>(file: string, work: (chunks: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T> {
    const handle = await tryOpenFile(this.nameOf(file));
    if (isProblem(handle)) throw shardUnreadable(this.nameOf(file), handle.problem);
    return work(handle.createReadStream({ highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>);
  }

  async store(shards: readonly KnownShard[]): Promise<ShardStore> {
    const pool = new HandlePool();
    return {
      read: async (shard, offset, length) => pool.read(this.nameOf(shards[shard]!.file), offset, length),
      distrust: async () => false,
      close: async () => pool.close(),
    };
  }

  async close(): Promise<void> {}
}
