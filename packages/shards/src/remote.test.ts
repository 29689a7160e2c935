import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { filesOf, openContext, someImages, temporaryFolder, writeTar } from '../testing/make-shards.js';
import { ShardServer, type Fault, type ServedRequest } from '../testing/shard-server.js';
import { packShards } from './pack-shards.js';
import type { ShardsDataset } from './shards-dataset.js';
import { Shards, shards, type ShardsOptions } from './shards.js';

const root = temporaryFolder();
const folder = join(root, 'served');
const all = Array.from({ length: 40 }, (_, i) => i);
let server: ShardServer;
let expected: Uint8Array;
let caches = 0;
const freshCache = (): string => join(root, `cache-${caches++}`);
const opened: ShardsDataset[] = [];

const sourceAt = (path: string, given: Partial<ShardsOptions> = {}): Shards =>
  new Shards(shards.options.parse({ path, retries: 3, ...given }), { backoffMs: 5, idleMs: 300 });

async function open(
  cacheFolder: string,
  given: Partial<ShardsOptions> = {},
  path = server.address,
): Promise<ShardsDataset> {
  const context = openContext(cacheFolder, { now: () => Date.now() });
  const dataset = await sourceAt(path, given).open(context);
  opened.push(dataset);
  return dataset;
}

const copiesIn = (cache: string): string[] => {
  try {
    return readdirSync(join(cache, 'shards')).filter((name) => name.endsWith('.tar'));
  } catch {
    return [];
  }
};

/** Waits for what goes on behind the reading. */
async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo() && tries < 3000; tries++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(isSo()).toBe(true);
}

beforeAll(async () => {
  await packShards(filesOf(await someImages(40)), { folder, shardBytes: 16_384 });
  const local = await new Shards(shards.options.parse({ path: folder })).open(openContext(freshCache()));
  expected = await local.read(all);
  await local.close();
});

beforeEach(async () => {
  server = await ShardServer.start(folder);
});

afterEach(async () => {
  for (const dataset of opened.splice(0)) await dataset.close();
  await server.stop();
});

const shardNames = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.tar'));

test('images are those of the disk, read in parts while whole shards are fetched behind', async () => {
  const cache = freshCache();
  const dataset = await open(cache);
  expect(await dataset.read([39, 0, 39])).toEqual(
    Buffer.concat([39, 0, 39].map((row) => expected.subarray(row * 192, (row + 1) * 192))).subarray(),
  );
  const ranged = server.requests.filter(({ range }) => range !== undefined && range !== 'bytes=0-0');
  expect(ranged.length).toBeGreaterThan(0);
  expect(await dataset.read(all)).toEqual(expected);
  await until(() => copiesIn(cache).length === shardNames().length);
  // A copy that lies there may not be known yet; soon all are, and nothing is asked for any more.
  const requestsOfRead = async (): Promise<number> => {
    const before = server.requests.length;
    expect(await dataset.read(all)).toEqual(expected);
    return server.requests.length - before;
  };
  let requests = await requestsOfRead();
  for (let tries = 0; requests > 0 && tries < 100; tries++) requests = await requestsOfRead();
  expect(requests).toBe(0);
});

test('the same data as on the disk, by its fingerprint, also at an address with a query', async () => {
  const local = await new Shards(shards.options.parse({ path: folder })).open(openContext(freshCache()));
  opened.push(local);
  const remote = await open(freshCache(), {}, `${server.address}/?token=secret`);
  expect(remote.fingerprint).toBe(local.fingerprint);
  expect(await remote.read(all)).toEqual(expected);
});

test('a cache that is warm needs no shard from the server, and a copy that was harmed is fetched again', async () => {
  const cache = freshCache();
  const first = await open(cache);
  await first.read(all);
  await until(() => copiesIn(cache).length === shardNames().length);
  await first.close();
  server.requests.length = 0;
  const second = await open(cache);
  expect(await second.read(all)).toEqual(expected);
  for (const name of shardNames()) expect(server.requestsFor(name)).toEqual([]);
  await second.close();

  const [copy] = copiesIn(cache).sort();
  const path = join(cache, 'shards', copy!);
  const bytes = readFileSync(path);
  for (let at = 600; at < bytes.length; at += 100) bytes[at]! ^= 1;
  writeFileSync(path, bytes);
  const third = await open(cache);
  expect(await third.read(all)).toEqual(expected);
  await until(() => copiesIn(cache).length === shardNames().length);
});

describe('a server that fails at times', () => {
  // Each request by itself: a count over all of them could meet the same one in every try.
  const everyOther = (fault: Fault): ((request: ServedRequest) => Fault) => {
    const asked = new Map<string, number>();
    return ({ url, range }) => {
      const request = `${url} ${range}`;
      const times = asked.get(request) ?? 0;
      asked.set(request, times + 1);
      return times % 2 === 0 ? fault : null;
    };
  };

  test.each<[Fault, boolean]>([
    ['status 503', true],
    ['status 503', false],
    ['cut off', true],
    ['cut off', false],
    ['silent', true],
  ])('with %s (parts of files: %s) gives the same images', async (fault, ranges) => {
    server.ranges = ranges;
    server.fault = everyOther(fault);
    const dataset = await open(freshCache(), { retries: 8 });
    expect(await dataset.read(all)).toEqual(expected);
  });

  test('a shard that breaks off is gone on with where it broke', async () => {
    const cache = freshCache();
    const [name] = shardNames();
    let broken = 0;
    server.fault = ({ url, range }) =>
      url === `/${name}` && range === undefined && broken++ === 0 ? 'cut off' : null;
    const dataset = await open(cache);
    await dataset.read([0]);
    await until(() => copiesIn(cache).length === 1);
    const resumed = server.requestsFor(name!).filter(({ range }) => /^bytes=[1-9]\d*-$/.test(range ?? ''));
    expect(resumed).toHaveLength(1);
  });

  test('for good is an error that names the file, the tries and the reason', async () => {
    const dataset = await open(freshCache());
    server.fault = () => 'status 503';
    await expect(dataset.read([0])).rejects.toMatchObject({
      code: 'SHARDS_NOT_FETCHED',
      message: expect.stringMatching(/shard-000000\.tar: expected an answer, got in 4 tries: status 503/),
    });
    await expect(open(freshCache())).rejects.toMatchObject({ code: 'SHARDS_NOT_FETCHED' });
    // What it refuses it refuses the next time too.
    server.fault = () => 'status 403';
    server.requests.length = 0;
    await expect(open(freshCache())).rejects.toMatchObject({
      message: expect.stringMatching(/got in 1 tries: status 403/),
    });
    expect(server.requests).toHaveLength(1);
  });

  test('nobody listens: an error with the reason, and no secret of the address', async () => {
    const dataset = open(freshCache(), { retries: 1 }, 'http://127.0.0.1:9/data?token=secret');
    await expect(dataset).rejects.toMatchObject({ code: 'SHARDS_NOT_FETCHED' });
    await expect(dataset).rejects.not.toMatchObject({ message: expect.stringContaining('secret') });
  });
});

describe('damage behind an address', () => {
  const spoilt = async (spoil: (path: string) => void | Promise<void>): Promise<ShardServer> => {
    const path = join(root, `spoilt-${caches++}`);
    cpSync(folder, path, { recursive: true });
    await spoil(path);
    return ShardServer.start(path);
  };

  test('a shard that is not there, or has another size, stops the opening', async () => {
    server.fault = ({ url }) => (url === '/shard-000001.tar' ? 'status 404' : null);
    await expect(open(freshCache())).rejects.toMatchObject({
      code: 'SHARD_MISSING',
      message: expect.stringContaining('shard-000001.tar'),
    });
    const other = await spoilt((path) => writeFileSync(join(path, 'shard-000001.tar'), 'short'));
    await expect(open(freshCache(), {}, other.address)).rejects.toMatchObject({ code: 'SHARD_SHORT' });
    await other.stop();
  });

  test.each([true, false])(
    'a shard with other content (parts of files: %s) is named when it is read',
    async (ranges) => {
      const other = await spoilt((path) => {
        const file = join(path, 'shard-000001.tar');
        const bytes = readFileSync(file);
        for (let at = 512; at < bytes.length; at += 1024) bytes[at + 20]! ^= 1;
        writeFileSync(file, bytes);
      });
      other.ranges = ranges;
      const cache = freshCache();
      const dataset = await open(cache, {}, other.address);
      await expect(dataset.read(all)).rejects.toMatchObject({
        code: 'SHARD_DAMAGED',
        message: expect.stringContaining('shard-000001.tar'),
      });
      await dataset.close();
      await other.stop();
    },
  );

  test('a flipped bit on the way to the cache is fetched again, and never kept', async () => {
    const cache = freshCache();
    server.ranges = false;
    let flipped = 0;
    server.fault = ({ url }) => (url.endsWith('.tar') && flipped++ === 0 ? 'flipped' : null);
    // The first request for a shard asks for its size; of it the body is not read.
    const dataset = await open(cache);
    flipped = 0;
    expect(await dataset.read(all)).toEqual(expected);
    expect(flipped).toBeGreaterThan(1);
  });

  test('an address without an index', async () => {
    await mkdir(join(root, 'empty'), { recursive: true });
    const other = await ShardServer.start(join(root, 'empty'));
    await expect(open(freshCache(), {}, other.address)).rejects.toMatchObject({ code: 'SHARDS_NOT_FOUND' });
    await other.stop();
  });
});

describe('the cache', () => {
  const bytesOf = (name: string): number => statSync(join(folder, name)).size;
  const gib = (bytes: number): number => bytes / 2 ** 30;

  test('holds no more than it may; what has no room is read in parts', async () => {
    const cache = freshCache();
    const room = bytesOf(shardNames()[0]!) + bytesOf(shardNames()[1]!) + 100;
    const dataset = await open(cache, { cacheGiB: gib(room) });
    for (let times = 0; times < 3; times++) {
      expect(await dataset.read(all)).toEqual(expected);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const held = copiesIn(cache).reduce((sum, name) => sum + statSync(join(cache, 'shards', name)).size, 0);
    expect(held).toBeLessThanOrEqual(room);
    expect(copiesIn(cache).length).toBeGreaterThan(0);
  });

  test('too small for a server that gives whole files only stops the opening', async () => {
    server.ranges = false;
    await expect(open(freshCache(), { cacheGiB: gib(20_000) })).rejects.toMatchObject({
      code: 'SHARDS_CACHE_TOO_SMALL',
    });
  });

  test('makes room of other data sets, the longest unused first', async () => {
    const cache = freshCache();
    await mkdir(join(cache, 'shards'), { recursive: true });
    const total = shardNames().reduce((sum, name) => sum + bytesOf(name), 0);
    const stale = `${'0'.repeat(64)}.tar`;
    writeFileSync(join(cache, 'shards', stale), Buffer.alloc(10_000));
    const dataset = await open(cache, { cacheGiB: gib(total) });
    await dataset.read(all);
    await until(() => copiesIn(cache).length === shardNames().length);
    expect(copiesIn(cache)).not.toContain(stale);
  });

  test('of 0 reads everything in parts', async () => {
    const cache = freshCache();
    const dataset = await open(cache, { cacheGiB: 0 });
    expect(await dataset.read(all)).toEqual(expected);
    expect(copiesIn(cache)).toEqual([]);
  });
});

describe('shards without an index', () => {
  const bare = join(root, 'bare');
  let bareServer: ShardServer;
  beforeAll(async () => {
    for (const [i, part] of [all.slice(0, 20), all.slice(20)].entries()) {
      const images = await someImages(40);
      writeTar(
        join(bare, `t-${i}.tar`),
        Object.fromEntries(
          part.flatMap((row) => [
            [`${row}.png`, images[row]!.bytes],
            [`${row}.cls`, String(images[row]!.label)],
          ]),
        ),
      );
    }
    bareServer = await ShardServer.start(bare);
  });
  afterAll(async () => bareServer.stop());

  test.each([1, 0])('are fetched and read once (cache of %s GiB)', async (cacheGiB) => {
    const cache = freshCache();
    const pattern = `${bareServer.address}/t-{0..1}.tar`;
    const first = await open(cache, { cacheGiB }, pattern);
    expect(await first.read(all)).toEqual(expected);
    expect(first.classes).toEqual(['0', '1']);
    bareServer.requests.length = 0;
    const second = await open(cache, { cacheGiB }, pattern);
    expect(second.fingerprint).toBe(first.fingerprint);
    expect(bareServer.requestsFor('t-0.tar')).toEqual([]);
    expect(copiesIn(cache)).toHaveLength(cacheGiB === 0 ? 0 : 2);
    expect(await second.read(all)).toEqual(expected);
  });
});
