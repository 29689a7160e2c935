import { removeLeftovers, SafeFile } from '@ganymede/files';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { shardDamaged, shardShort } from './errors.js';
import type { DownloadTarget } from './http-client.js';
import type { KnownShard } from './shard-store.js';

export interface ShardCacheOptions {
  readonly folder: string;
  readonly limitBytes: number;
  /** Milliseconds since 1970; without it, what was used last is what was written last. */
  readonly now: (() => number) | undefined;
}

/** Fills a file; it may start anew. */
export type Download = (target: DownloadTarget) => Promise<void>;

/**
 * Copies of whole shards, `<SHA-256>.tar`, at most so many bytes of them. A copy is there whole and with the content of its
 * name, or not at all. Where there is no room, copies of other data sets go first, those that were used last last; copies of
 * this one stay, since images are drawn from everywhere in it and each is as likely to be asked for as any other.
 */
export class ShardCache {
  private reserved = 0;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly own = new Set<string>();

  constructor(private readonly options: ShardCacheOptions) {}

  get limitBytes(): number {
    return this.options.limitBytes;
  }

  /** Copies that are not to make room for others. */
  keep(shards: readonly Pick<KnownShard, 'sha256'>[]): void {
    for (const { sha256 } of shards) this.own.add(sha256);
  }

  /** The copy of a shard; null where there is none. */
  async find({ sha256, bytes }: Pick<KnownShard, 'sha256' | 'bytes'>): Promise<string | null> {
    const path = this.pathOf(sha256);
    if ((await stat(path).catch(() => null))?.size !== bytes) return null;
    if (this.options.now) {
      const used = new Date(this.options.now());
      // Of a cache that may not be written, copies are used as they are.
      await utimes(path, used, used).catch(() => undefined);
    }
    return path;
  }

  /** Makes room, which `add` gives back. @returns whether there is enough */
  reserve(bytes: number): Promise<boolean> {
    return this.inTurn(() => this.makeRoom(bytes));
  }

  /**
   * Downloads a shard into its place, twice where its content is not what its name says.
   * @param expected - null where nobody knows it yet
   * @param reserved - bytes of room for it, which are given back whatever comes of it
   * @throws SHARD_DAMAGED, SHARD_SHORT, DISK_FULL, CANNOT_WRITE, and what `download` throws
   */
  async add(
    name: string,
    expected: Pick<KnownShard, 'sha256' | 'bytes'> | null,
    reserved: number,
    download: Download,
  ): Promise<{ readonly path: string; readonly sha256: string; readonly bytes: number }> {
    let held = reserved;
    try {
      for (let tries = 1; ; tries++) {
        const written = await this.write(download);
        if (expected === null || written.sha256 === expected.sha256) {
          const path = this.pathOf(written.sha256);
          // At once, or whoever looks for room meanwhile counts it twice, as a copy and as reserved.
          await this.inTurn(async () => {
            await written.file.commit(path);
            this.own.add(written.sha256);
            this.reserved -= held;
            held = 0;
          });
          return { path, sha256: written.sha256, bytes: written.size };
        }
        await written.file.abandon();
        if (written.size !== expected.bytes) throw shardShort(name, expected.bytes, written.size);
        if (tries === 2)
          throw shardDamaged(name, null, `has the SHA-256 ${written.sha256} and not ${expected.sha256}`);
      }
    } finally {
      this.reserved -= held;
    }
  }

  async remove(sha256: string): Promise<void> {
    await rm(this.pathOf(sha256), { force: true });
  }

  private async write(
    download: Download,
  ): Promise<{ readonly file: SafeFile; readonly sha256: string; readonly size: number }> {
    let file = await SafeFile.create(this.options.folder);
    try {
      await download({
        write: async (chunk) => file.write(chunk),
        restart: async () => {
          await file.abandon();
          file = await SafeFile.create(this.options.folder);
        },
      });
      return { file, ...(await file.finish()) };
    } catch (error) {
      await file.abandon();
      throw error;
    }
  }

  /** After all that was asked for before. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  private pathOf(sha256: string): string {
    return join(this.options.folder, `${sha256}.tar`);
  }

  private async makeRoom(bytes: number): Promise<boolean> {
    const { folder, limitBytes } = this.options;
    await removeLeftovers(folder);
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.tar'));
    const copies = await Promise.all(
      names.map(async (name) => ({ name, about: await stat(join(folder, name)).catch(() => null) })),
    );
    let used = copies.reduce((sum, { about }) => sum + (about?.size ?? 0), this.reserved);
    const others = copies
      .filter(({ name }) => !this.own.has(name.slice(0, -'.tar'.length)))
      .sort((a, b) => (a.about?.mtimeMs ?? 0) - (b.about?.mtimeMs ?? 0));
    const spare = others.reduce((sum, { about }) => sum + (about?.size ?? 0), 0);
    // Nothing is removed where that would not be enough.
    if (used - spare + bytes > limitBytes) return false;
    for (const { name, about } of others) {
      if (used + bytes <= limitBytes) break;
      await rm(join(folder, name), { force: true });
      used -= about?.size ?? 0;
    }
    this.reserved += bytes;
    return true;
  }
}
