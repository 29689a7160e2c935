import { isGanymedeError } from '@ganymede/core';
import { cacheTooSmall } from './errors.js';
import { HandlePool } from './handle-pool.js';
import type { HttpClient, RemoteFile } from './http-client.js';
import type { ShardCache } from './shard-cache.js';
import type { KnownShard, ShardStore } from './shard-store.js';

export interface RemoteShard extends KnownShard {
  readonly url: string;
  /** The address, for messages. */
  readonly name: string;
  readonly remote: RemoteFile;
}

export interface RemoteStoreOptions {
  /** For messages. */
  readonly place: string;
  readonly client: HttpClient;
  readonly cache: ShardCache;
  readonly shards: readonly RemoteShard[];
}

/** Shards that are fetched whole at a time, behind what is read. */
const mostFetches = 2;

/** What a shard says that cannot be read; it is told when an image of it is asked for. */
const damage = new Set(['SHARD_DAMAGED', 'SHARD_SHORT', 'SHARD_MISSING']);

/**
 * Reads shards behind an address. What is asked for is read from the copy in the cache, or, where the server gives parts of
 * files, by itself, while the shard it lies in is fetched behind it as long as there is room; else the whole shard is waited for.
 */
export class RemoteStore implements ShardStore {
  private readonly pool = new HandlePool();
  /** Paths of copies; null: none. */
  private readonly copies = new Map<number, string | null>();
  private readonly fetches = new Map<number, Promise<string | null>>();
  private readonly failures = new Map<number, Error>();
  private readonly queue: number[] = [];
  private readonly asked = new Set<number>();
  private running = 0;
  private isFull = false;
  private isClosed = false;

  constructor(private readonly options: RemoteStoreOptions) {
    options.cache.keep(options.shards);
  }

  async read(shard: number, offset: number, length: number): Promise<Buffer> {
    const failure = this.failures.get(shard);
    if (failure) throw failure;
    const copy = await this.copyOf(shard);
    if (copy !== null) {
      try {
        return await this.pool.read(copy, offset, length);
      } catch (error) {
        // Another process may have made room of it.
        if (!isGanymedeError(error) || error.code !== 'SHARD_MISSING') throw error;
        this.forget(shard);
      }
    }
    const { url, remote } = this.options.shards[shard]!;
    if (remote.ranges) {
      this.fetchBehind(shard);
      return this.options.client.range(url, offset, length);
    }
    const path = await this.fetch(shard);
    if (path === null) throw this.tooSmall();
    return this.pool.read(path, offset, length);
  }

  async distrust(shard: number): Promise<boolean> {
    const path = this.copies.get(shard) ?? null;
    // Another reader gave the copy up already.
    if (path === null) return true;
    this.forget(shard);
    await this.pool.forget(path);
    await this.options.cache.remove(this.options.shards[shard]!.sha256);
    return true;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.options.client.close();
    await Promise.allSettled(this.fetches.values());
    await this.pool.close();
  }

  private tooSmall(): Error {
    const total = this.options.shards.reduce((sum, { bytes }) => sum + bytes, 0);
    return cacheTooSmall(this.options.place, total, this.options.cache.limitBytes);
  }

  private async copyOf(shard: number): Promise<string | null> {
    const known = this.copies.get(shard);
    if (known !== undefined) return known;
    const found = await this.options.cache.find(this.options.shards[shard]!);
    // What was fetched meanwhile is newer.
    if (!this.copies.has(shard)) this.copies.set(shard, found);
    return this.copies.get(shard) ?? null;
  }

  private forget(shard: number): void {
    this.copies.set(shard, null);
    this.fetches.delete(shard);
    this.asked.delete(shard);
  }

  private fetchBehind(shard: number): void {
    if (this.asked.has(shard) || this.isFull || this.isClosed) return;
    this.asked.add(shard);
    this.queue.push(shard);
    this.next();
  }

  private next(): void {
    if (this.running >= mostFetches || this.isClosed || this.isFull) return;
    const shard = this.queue.shift();
    if (shard === undefined) return;
    this.running++;
    void this.fetch(shard)
      .then(
        (path) => {
          if (path === null) this.isFull = true;
        },
        (error: unknown) => {
          if (!isGanymedeError(error)) return;
          if (damage.has(error.code)) this.failures.set(shard, error);
          // A server that fails is told by what is read from it; a disk that does, costs only speed.
          else if (error.code !== 'SHARDS_NOT_FETCHED') this.isFull = true;
        },
      )
      .finally(() => {
        this.running--;
        this.next();
      });
  }

  /** @returns the copy; null where there is no room for it */
  private async fetch(shard: number): Promise<string | null> {
    let fetching = this.fetches.get(shard);
    if (fetching === undefined) {
      fetching = this.download(this.options.shards[shard]!);
      this.fetches.set(shard, fetching);
    }
    try {
      const path = await fetching;
      if (path !== null) this.copies.set(shard, path);
      return path;
    } catch (error) {
      // The next who asks tries again.
      this.fetches.delete(shard);
      throw error;
    }
  }

  private async download(shard: RemoteShard): Promise<string | null> {
    const { cache, client } = this.options;
    if (!(await cache.reserve(shard.bytes))) return null;
    const { path } = await cache.add(shard.name, shard, shard.bytes, async (target) =>
      client.download(shard.url, shard.remote, target),
    );
    return path;
  }
}
