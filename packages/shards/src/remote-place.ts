import { createReadStream } from 'node:fs';
import { cacheTooSmall, nothingThere } from './errors.js';
import { HttpClient, shownAddress, type HttpOptions, type RemoteFile } from './http-client.js';
import { RemoteStore, type RemoteShard } from './remote-store.js';
import type { ShardCache } from './shard-cache.js';
import { expandPattern, nameIn } from './shard-pattern.js';
import type { KnownShard, ShardPlace, ShardStore } from './shard-store.js';

export interface RemotePlaceOptions extends HttpOptions {
  readonly cache: ShardCache;
}

/** Shards behind an address: a folder with an index, a `.tar`, or a pattern of those. */
export class RemotePlace implements ShardPlace {
  private readonly client: HttpClient;
  /** Addresses by name; null for what lies in a folder, which HTTP cannot list. */
  private readonly files: ReadonlyMap<string, string> | null;
  private readonly looked = new Map<string, RemoteFile>();

  constructor(
    readonly place: string,
    private readonly options: RemotePlaceOptions,
  ) {
    this.client = new HttpClient(options);
    const urls = expandPattern(place);
    this.files = isShard(urls[0]!) ? new Map(urls.map((url) => [nameIn(new URL(url).pathname), url])) : null;
  }

  nameOf(file: string): string {
    return shownAddress(this.urlOf(file));
  }

  private urlOf(file: string): string {
    const known = this.files?.get(file);
    if (known !== undefined) return known;
    const url = new URL(this.place);
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${file}`;
    return url.href;
  }

  async readSmall(file: string): Promise<Buffer | null> {
    return this.files === null ? this.client.read(this.urlOf(file)) : null;
  }

  async list(): Promise<readonly string[]> {
    if (this.files === null) throw nothingThere(this.place, 'no index.json there');
    return [...this.files.keys()];
  }

  async look(file: string): Promise<{ readonly bytes: number; readonly stamp: string | null } | null> {
    const found = await this.client.look(this.urlOf(file));
    if (found === null) return null;
    this.looked.set(file, found);
    const { bytes, validator } = found;
    return { bytes, stamp: validator === null ? null : `${this.nameOf(file)} ${bytes} ${validator}` };
  }

  async scan<T>(file: string, work: (chunks: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T> {
    const { cache } = this.options;
    const remote = this.looked.get(file)!;
    const hasRoom = await cache.reserve(remote.bytes);
    const url = this.urlOf(file);
    const reserved = hasRoom ? remote.bytes : 0;
    const copy = await cache.add(this.nameOf(file), null, reserved, async (target) =>
      this.client.download(url, remote, target),
    );
    try {
      return await work(createReadStream(copy.path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>);
    } finally {
      if (!hasRoom) await cache.remove(copy.sha256);
    }
  }

  async store(shards: readonly KnownShard[]): Promise<ShardStore> {
    const { cache } = this.options;
    const total = shards.reduce((sum, { bytes }) => sum + bytes, 0);
    const all = shards.map((shard): RemoteShard => ({
      ...shard,
      url: this.urlOf(shard.file),
      name: this.nameOf(shard.file),
      remote: this.looked.get(shard.file)!,
    }));
    if (total > cache.limitBytes && !all.every(({ remote }) => remote.ranges))
      throw cacheTooSmall(this.place, total, cache.limitBytes);
    return new RemoteStore({ place: this.place, client: this.client, cache, shards: all });
  }

  async close(): Promise<void> {
    this.client.close();
  }
}

function isShard(url: string): boolean {
  return new URL(url).pathname.endsWith('.tar');
}
