import { mkdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { RandomStream, type DatasetSource } from '@ganymede/core';
import { packShards, Shards, shards } from '@ganymede/shards';
import sharp from 'sharp';
import {
  classFolders,
  openContext,
  solid,
  solidPng,
  tarOf,
  temporaryFolder,
  writeFiles,
} from '../testing/make-files.js';
import { Auto, auto } from './auto.js';
import { detectDataset } from './detect-dataset.js';
import { writeNpz } from './write-npz.js';

const root = temporaryFolder();
const cache = join(root, 'cache');
let outs = 0;

const random = RandomStream.create(1, 'pixels');
const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, () => random.nextInteger(256)));

async function photo(
  width: number,
  height: number,
  format: 'jpeg' | 'webp' | 'png' | 'tiff',
): Promise<Buffer> {
  return sharp(noise(width * height * 3), { raw: { width, height, channels: 3 } })
    .toFormat(format)
    .toBuffer();
}

/** Photographs of several kinds and sizes, one turned by EXIF, one with alpha, one that is none. */
async function photos(): Promise<Record<string, Buffer | string>> {
  return {
    'cat/1.jpg': await photo(20, 12, 'jpeg'),
    'cat/2.webp': await photo(9, 30, 'webp'),
    'cat/bad.png': 'hello',
    'dog/1.JPEG': await solid([1, 2, 3], 10, 20).jpeg().withMetadata({ orientation: 6 }).toBuffer(),
    'dog/2.tiff': await photo(16, 16, 'tiff'),
    'dog/3.png': await sharp(noise(4 * 64), { raw: { width: 8, height: 8, channels: 4 } })
      .png()
      .toBuffer(),
  };
}

function idxBytes(shape: readonly number[], data: Buffer): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  shape.forEach((length, i) => header.writeUInt32BE(length, 4 + 4 * i));
  return Buffer.concat([header, data]);
}

/** A kind of data, made at a path. */
const kinds: Readonly<Record<string, (path: string) => Promise<string>>> = {
  folder: async (path) => writeFiles(path, await photos()),
  'folder with labels in a file': async (path) =>
    writeFiles(path, {
      '1.png': await solidPng([1, 2, 3]),
      '2.png': await solidPng([4, 5, 6]),
      '3.png': await solidPng([7, 8, 9]),
      'labels.csv': 'file,label\n1.png,dog\n2.png,cat\n3.png,dog\n',
    }),
  tar: async (path) => join(await writeFiles(path, { 'data.tar': await tarOf(await photos()) }), 'data.tar'),
  'compressed tar': async (path) => {
    // Not in the order of names, in which a folder has them.
    const files = Object.fromEntries(Object.entries(await photos()).reverse());
    await writeFiles(path, { 'data.tar.gz': await tarOf(files, { gzip: true }) });
    return join(path, 'data.tar.gz');
  },
  CIFAR: async (path) =>
    writeFiles(
      path,
      Object.fromEntries(
        [1, 2, 3, 4, 5].map((batch) => [
          `data_batch_${batch}.bin`,
          Buffer.concat([0, 1].map((i) => Buffer.concat([Buffer.of(2 * (batch - 1) + i), noise(3072)]))),
        ]),
      ),
    ),
  IDX: async (path) =>
    writeFiles(path, {
      'train-images-idx3-ubyte.gz': gzipSync(idxBytes([6, 9, 7], noise(6 * 63))),
      'train-labels-idx1-ubyte.gz': gzipSync(idxBytes([6], Buffer.of(3, 1, 1, 3, 8, 8))),
    }),
  npz: async (path) => {
    mkdirSync(path);
    const file = join(path, 'images.npz');
    await writeNpz(file, {
      images: { data: new Uint8Array(noise(3 * 192)), shape: [3, 8, 8, 3] },
      labels: { data: Int32Array.of(4, 0, 4), shape: [3] },
    });
    return file;
  },
};

describe.each(Object.entries(kinds))('a %s', (_, make) => {
  test('gives the same images, classes and order packed as it does itself', async () => {
    const path = await make(join(root, `in-${outs++}`));
    const source: DatasetSource = new Auto(auto.options.parse({ path }));
    const out = join(root, `out-${outs++}`);
    const packed = await packShards(await source.files!({ cacheFolder: cache, strict: false }), {
      folder: out,
      shardBytes: 8192,
    });
    expect(await detectDataset(out)).toBe('shards');
    const settings = [
      { resolution: 8, channels: 3 },
      { resolution: [12, 6], channels: 1 },
      { resolution: 32, channels: 4 },
    ] as const;
    for (const given of settings) {
      const own = await source.open(openContext(cache, given));
      const again = await new Auto(auto.options.parse({ path: out })).open(openContext(cache, given));
      expect(again.length).toBe(own.length);
      expect(packed.images).toBe(own.length);
      expect(again.classes).toEqual(own.classes);
      expect(again.labels()).toEqual(own.labels());
      const all = Array.from({ length: own.length }, (__, i) => i);
      expect(Buffer.from(await again.read(all))).toEqual(Buffer.from(await own.read(all)));
      expect(packed.skipped).toEqual(own.report.skipped);
      await own.close();
      await again.close();
    }
    const sizes = (await new Shards(shards.options.parse({ path: out })).sizes()).map((size) => ({
      ...size,
      file: '',
    }));
    const ownSizes = (await source.sizes!({ skipUnusable: true })).map((size) => ({ ...size, file: '' }));
    expect(sizes).toMatchObject(ownSizes);
  });
});

test('encoded images keep their bytes', async () => {
  const files = await photos();
  const source = new Auto(auto.options.parse({ path: await writeFiles(join(root, `in-${outs++}`), files) }));
  const out = join(root, `out-${outs++}`);
  await packShards(await source.files({ cacheFolder: cache, strict: false }), { folder: out });
  const again = await new Shards(shards.options.parse({ path: out })).files({
    cacheFolder: cache,
    strict: true,
  });
  const contents: Buffer[] = [];
  const names: string[] = [];
  for await (const image of again.images) {
    contents.push((await image.read()) as Buffer);
    names.push(image.name);
  }
  const { 'cat/bad.png': bad, ...usable } = files;
  expect(bad).toBe('hello');
  expect(contents).toEqual(Object.values(usable));
  expect(names).toEqual([
    '000000000-cat_1.jpg',
    '000000001-cat_2.webp',
    '000000002-dog_1.jpeg',
    '000000003-dog_2.tiff',
    '000000004-dog_3.png',
  ]);
});

describe('what is taken for shards', () => {
  const kindOf = async (files: Record<string, Buffer | string>): Promise<string> =>
    detectDataset(await writeFiles(join(root, `kind-${outs++}`), files));
  const sample = async () =>
    tarOf({
      '0.png': await solidPng([1, 2, 3]),
      '0.cls': '1',
      '1.png': await solidPng([3, 2, 1]),
      '1.cls': '0',
    });

  test('tars of samples, an address, a pattern', async () => {
    expect(await kindOf({ 'a-0.tar': await sample(), 'a-1.tar': await sample() })).toBe('shards');
    const folder = await writeFiles(join(root, `kind-${outs++}`), { 'a-0.tar': await sample() });
    expect(await detectDataset(join(folder, 'a-0.tar'))).toBe('shards');
    expect(await detectDataset(join(folder, 'a-{0..0}.tar'))).toBe('shards');
    expect(await detectDataset('https://example.org/data')).toBe('shards');
    const data = await new Auto(auto.options.parse({ path: folder })).open(openContext(cache));
    expect([data.classes, [...data.labels()]]).toEqual([
      ['0', '1'],
      [1, 0],
    ]);
    await data.close();
  });

  test('a pack that was cut off, so that it is called by its name', async () => {
    const path = await writeFiles(join(root, `kind-${outs++}`), { 'packing.json': '{}' });
    await expect(new Auto(auto.options.parse({ path })).open(openContext(cache))).rejects.toMatchObject({
      code: 'SHARDS_UNFINISHED',
    });
  });

  test('not tars of images without labels, which may be classes; not image folders with a tar or an index', async () => {
    const plain = await tarOf(await classFolders(2, 2));
    expect(await kindOf({ 'n01.tar': plain, 'n02.tar': plain })).toBe('image-folder');
    expect(await kindOf({ ...(await classFolders(2, 2)), 'index.json': '{}' })).toBe('image-folder');
    const folder = await writeFiles(join(root, `kind-${outs++}`), { 'all.tar': plain });
    expect(await detectDataset(join(folder, 'all.tar'))).toBe('image-tar');
  });
});

test('a folder that was changed into another is packed as it is now, and an empty one is refused', async () => {
  const path = await writeFiles(join(root, `in-${outs++}`), await classFolders(2, 1));
  const source = new Auto(auto.options.parse({ path }));
  const files = await source.files({ cacheFolder: cache, strict: false });
  unlinkSync(join(path, 'c1/0.png'));
  await expect(packShards(files, { folder: join(root, `out-${outs++}`) })).rejects.toMatchObject({
    code: 'SHARDS_EMPTY',
    message: expect.stringContaining('c1/0.png'),
  });
  rmSync(path, { recursive: true });
  writeFileSync(path, '');
  await expect(source.files({ cacheFolder: cache, strict: false })).rejects.toMatchObject({
    code: 'DATASET_UNKNOWN_FORMAT',
  });
});
