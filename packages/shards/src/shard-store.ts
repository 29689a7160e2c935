/** A shard as its index, or a scan, knows it. */
export interface KnownShard {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Where the bytes of shards are read from. */
export interface ShardStore {
  /**
   * @returns `length` bytes of a shard, fewer where it ends before
   * @throws SHARD_MISSING, SHARD_DAMAGED, SHARDS_NOT_FETCHED
   */
  read(shard: number, offset: number, length: number): Promise<Buffer>;
  /** What was read is not what it should be. @returns whether reading again may give other bytes */
  distrust(shard: number): Promise<boolean>;
  close(): Promise<void>;
}

/** The files of a data set in shards, on a disk or behind an address. */
export interface ShardPlace {
  /** For messages. */
  readonly place: string;
  /** Path or address of a file, for messages. */
  nameOf(file: string): string;
  /** A small file beside the shards; null where there is none. */
  readSmall(file: string): Promise<Buffer | null>;
  /** Names of the shards, where no index says them. @throws SHARDS_NOT_FOUND */
  list(): Promise<readonly string[]>;
  /** Bytes of a shard, and what changes when its content does; null where there is none. */
  look(file: string): Promise<{ readonly bytes: number; readonly stamp: string | null } | null>;
  /** A shard from front to back, once; it is kept where a cache has room. */
  scan<T>(file: string, work: (chunks: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T>;
  /** Whether the whole can be read in any order. @throws SHARDS_CACHE_TOO_SMALL */
  store(shards: readonly KnownShard[]): Promise<ShardStore>;
  close(): Promise<void>;
}
