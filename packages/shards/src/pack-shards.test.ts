import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { componentContract, datasetContract, fromComponent } from '@ganymede/testing';
import {
  filesOf,
  openContext,
  redOf,
  solidPng,
  someImages,
  temporaryFolder,
} from '../testing/make-shards.js';
import { packShards, type PackShardsOptions } from './pack-shards.js';
import { parseIndex } from './shard-index.js';
import type { ShardsDataset } from './shards-dataset.js';
import { Shards, shards } from './shards.js';

const root = temporaryFolder();
const cache = join(root, 'cache');
let folders = 0;
const fresh = (): string => join(root, `out-${folders++}`);

const opened: ShardsDataset[] = [];
afterAll(async () => {
  for (const dataset of opened) await dataset.close();
});

async function open(path: string): Promise<ShardsDataset> {
  const dataset = await new Shards(shards.options.parse({ path })).open(openContext(cache));
  opened.push(dataset);
  return dataset;
}

const pack = async (count: number, given: Partial<PackShardsOptions> = {}) =>
  packShards(filesOf(await someImages(count)), { folder: fresh(), shardBytes: 8192, ...given });

const contentOf = (folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'base64')]));

componentContract(shards);

describe('packed shards', () => {
  const path = join(root, 'contract');
  beforeAll(async () => {
    await packShards(filesOf(await someImages(9)), { folder: path, shardBytes: 8192 });
  });
  datasetContract(fromComponent(shards, { path }), openContext(cache));
  datasetContract(fromComponent(shards, { path }), openContext(cache, { resolution: [6, 10], channels: 4 }));
});

test('images keep order, class and bytes, over several shards that any tar reads', async () => {
  const images = await someImages(40);
  const folder = fresh();
  const packed = await packShards(filesOf(images), { folder, shardBytes: 8192 });
  expect(packed).toMatchObject({
    path: folder,
    images: 40,
    reused: 0,
    skipped: [],
    classes: [
      { name: 'a', images: 20 },
      { name: 'b', images: 20 },
    ],
  });
  expect(packed.shards.length).toBeGreaterThan(2);
  for (const { file, bytes } of packed.shards) {
    expect(bytes).toBeLessThanOrEqual(8192);
    expect(statSync(join(folder, file)).size).toBe(bytes);
  }
  const members = packed.shards.flatMap(({ file }) =>
    execFileSync('tar', ['-tf', join(folder, file)], { encoding: 'utf8' })
      .trim()
      .split('\n'),
  );
  expect(members).toHaveLength(80);
  expect(members.slice(0, 4)).toEqual([
    '000000000-a_0.png',
    '000000000-a_0.cls',
    '000000001-b_1.png',
    '000000001-b_1.cls',
  ]);
  const last = join(folder, packed.shards.at(-1)!.file);
  expect(execFileSync('tar', ['-xOf', last, '000000039-b_39.png'])).toEqual(images[39]!.bytes);
  expect(execFileSync('tar', ['-xOf', last, '000000039-b_39.cls'], { encoding: 'utf8' })).toBe('1');

  const dataset = await open(folder);
  expect([...dataset.labels()]).toEqual(images.map(({ label }) => label));
  const pixels = await dataset.read(Array.from({ length: 40 }, (_, i) => i));
  expect(Array.from({ length: 40 }, (_, i) => pixels[i * 192])).toEqual(images.map((_, i) => redOf(i)));
  expect(await dataset.names()).toEqual(members.filter((name) => name.endsWith('.png')));
  await dataset.close();
  await expect(dataset.read([0])).rejects.toMatchObject({ code: 'DATASET_CLOSED' });
});

test('the same images make the same bytes, and a copy elsewhere is the same data', async () => {
  const [one, other] = [await pack(9), await pack(9)];
  expect(contentOf(one.path)).toEqual(contentOf(other.path));
  const [first, second] = [await open(one.path), await open(other.path)];
  expect(first.fingerprint).toBe(second.fingerprint);
  const less = await open((await pack(8)).path);
  expect(less.fingerprint).not.toBe(first.fingerprint);
});

test('the index says format, counts, sizes and checksums', async () => {
  const { path } = await pack(9);
  const index = parseIndex(readFileSync(join(path, 'index.json'), 'utf8'), 'index.json');
  expect(index.images).toBe(9);
  for (const { file, sha256 } of index.shards)
    expect(execFileSync('sha256sum', [join(path, file)], { encoding: 'utf8' }).split(' ')[0]).toBe(sha256);
  expect(existsSync(join(path, 'packing.json'))).toBe(false);
});

test('sizes are known without reading an image', async () => {
  const wide = await solidPng([1, 2, 3], 20, 10);
  const images = [
    ...(await someImages(4)),
    { name: 'b/wide.png', label: 1, extension: 'png', read: async () => wide },
  ];
  const folder = fresh();
  await packShards(filesOf(images), { folder });
  const source = new Shards(shards.options.parse({ path: folder }));
  expect(await source.sizes()).toMatchObject([
    { width: 8, height: 8, images: 4 },
    { width: 20, height: 10, images: 1 },
  ]);
  const dataset = await source.open(openContext(cache, { resolution: 8 }));
  expect(dataset.report.notes).toEqual(['1 of 5 images are cropped or reduced to 8 x 8 pixels']);
});

describe('files that are no images', () => {
  const text = { name: 'a/text.png', label: 0, extension: 'png', read: async () => Buffer.from('hello') };
  const cut = async () => {
    const bytes = (await solidPng([1, 2, 3], 64)).subarray(0, -40);
    return { name: 'b/cut.png', label: 1, extension: 'png', read: async () => bytes };
  };
  const gone = {
    name: 'b/gone.png',
    label: 1,
    extension: 'png',
    read: async () => ({ problem: 'does not exist' }),
  };

  test('are left out and listed', async () => {
    const images = await someImages(4);
    const packed = await packShards(filesOf([text, images[0]!, await cut(), gone, ...images.slice(1)]), {
      folder: fresh(),
    });
    expect(packed.images).toBe(4);
    expect(packed.skipped).toEqual([
      { file: 'a/text.png', reason: 'is a text, not an image' },
      { file: 'b/cut.png', reason: expect.stringMatching(/cut off/) },
      { file: 'b/gone.png', reason: 'does not exist' },
    ]);
  });

  test('stop a strict pack', async () => {
    await expect(
      packShards(filesOf([...(await someImages(2)), text]), { folder: fresh(), strict: true }),
    ).rejects.toMatchObject({ code: 'DATASET_BAD_IMAGE', message: expect.stringContaining('a/text.png') });
  });

  test('are an error where a class has nothing else, and where there is nothing at all', async () => {
    const onlyA = (await someImages(4)).filter(({ label }) => label === 0);
    await expect(packShards(filesOf([...onlyA, gone]), { folder: fresh() })).rejects.toMatchObject({
      code: 'SHARDS_EMPTY',
      message: expect.stringMatching(/class b.*b\/gone\.png/),
    });
    await expect(packShards(filesOf([text]), { folder: fresh() })).rejects.toMatchObject({
      code: 'SHARDS_EMPTY',
    });
  });
});

describe('a pack that was cut off', () => {
  /** Packs until an image of a number is read. */
  async function cutOff(folder: string, at: number): Promise<void> {
    const images = (await someImages(40)).map((image, i) => ({
      ...image,
      read: async () => {
        if (i === at) throw new Error('cut off');
        return image.read();
      },
    }));
    await expect(packShards(filesOf(images), { folder, shardBytes: 8192 })).rejects.toThrow('cut off');
  }

  test('has no index, leaves no half shard, and says so', async () => {
    const folder = fresh();
    await cutOff(folder, 39);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(readdirSync(folder)).toContain('shard-000000.tar');
    await expect(open(folder)).rejects.toMatchObject({ code: 'SHARDS_UNFINISHED' });
  });

  test('goes on after its whole shards, to the same bytes', async () => {
    const folder = fresh();
    await cutOff(folder, 39);
    const before = statSync(join(folder, 'shard-000000.tar'), { bigint: true });
    const packed = await packShards(filesOf(await someImages(40)), { folder, shardBytes: 8192 });
    expect(packed.reused).toBeGreaterThan(0);
    expect(packed.images).toBe(40);
    expect(statSync(join(folder, 'shard-000000.tar'), { bigint: true }).ino).toBe(before.ino);
    expect(contentOf(folder)).toEqual(contentOf((await pack(40)).path));
  });

  test('a shard that is short is written anew, with those after it', async () => {
    const folder = fresh();
    await cutOff(folder, 39);
    unlinkSync(join(folder, 'shard-000001.rows'));
    appendFileSync(join(folder, 'shard-000000.tar'), 'more');
    await packShards(filesOf(await someImages(40)), { folder, shardBytes: 8192 });
    expect(contentOf(folder)).toEqual(contentOf((await pack(40)).path));
  });

  test('does not go on with other images, labels or order', async () => {
    const images = await someImages(40);
    const others = [
      [...images.slice(1), images[0]!],
      images.map((image) => ({ ...image, label: 1 - image.label })),
      images.slice(0, 2),
    ];
    for (const other of others) {
      const folder = fresh();
      await cutOff(folder, 39);
      await expect(packShards(filesOf(other), { folder, shardBytes: 8192 })).rejects.toMatchObject({
        code: 'SHARDS_OTHER_SOURCE',
      });
    }
  });
});

test('a folder that holds something else, or a whole data set, is not packed into', async () => {
  const { path } = await pack(4);
  await expect(pack(4, { folder: path })).rejects.toMatchObject({ code: 'SHARDS_EXIST' });
  const other = join(root, 'other');
  await pack(2, { folder: other });
  unlinkSync(join(other, 'index.json'));
  writeFileSync(join(other, 'mine.txt'), 'mine');
  await expect(pack(4, { folder: other })).rejects.toMatchObject({ code: 'SHARDS_EXIST' });
});

test('shards are packed again as they are', async () => {
  const { path } = await pack(20);
  const files = await new Shards(shards.options.parse({ path })).files({ cacheFolder: cache, strict: false });
  const again = await packShards(files, { folder: fresh(), shardBytes: 20_000 });
  const [one, other] = [await open(path), await open(again.path)];
  const all = Array.from({ length: 20 }, (_, i) => i);
  expect(await other.read(all)).toEqual(await one.read(all));
  expect(other.labels()).toEqual(one.labels());
});
