import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { componentContract, datasetContract, fromComponent } from '@ganymede/testing';
import {
  classFolders,
  openContext,
  solidPng,
  tarOf,
  temporaryFolder,
  writeFiles,
} from '../testing/make-files.js';
import { auto } from './auto.js';
import { detectDataset, type DatasetKind } from './detect-dataset.js';

const root = temporaryFolder();
const cache = join(root, 'cache');

const record = Buffer.alloc(3073);
const cifarFiles = Object.fromEntries([1, 2, 3, 4, 5].map((i) => [`data_batch_${i}.bin`, record]));
const idxImages = Buffer.from([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 9]);

const inTar = async (gzip: boolean, files: Record<string, Buffer>): Promise<Buffer> => tarOf(files, { gzip });

componentContract(auto);

describe('on a folder', () => {
  const path = join(root, 'contract');
  beforeAll(async () => {
    await writeFiles(path, await classFolders(2, 2));
  });
  datasetContract(fromComponent(auto, { path }), openContext(cache));
});

describe('detectDataset', () => {
  const place = async (name: string, content: Record<string, Buffer | string> | Buffer): Promise<string> => {
    const path = join(root, name);
    if (Buffer.isBuffer(content)) await writeFile(path, content);
    else await writeFiles(path, content);
    return path;
  };

  test.each<[string, DatasetKind, () => Promise<Record<string, Buffer> | Buffer>]>([
    ['images', 'image-folder', async () => classFolders(1, 1)],
    ['flat', 'image-folder', async () => ({ '1.png': await solidPng([1, 1, 1]) })],
    ['a.tar', 'image-tar', async () => inTar(false, await classFolders(1, 1))],
    ['a.tar.gz', 'image-tar', async () => inTar(true, await classFolders(1, 1))],
    ['tar-without-extension', 'image-tar', async () => inTar(false, await classFolders(1, 1))],
    ['cifar', 'cifar', async () => cifarFiles],
    ['above', 'cifar', async () => ({ 'cifar-100-binary/train.bin': record })],
    ['cifar.tar.gz', 'cifar', async () => inTar(true, cifarFiles)],
    ['mnist', 'idx', async () => ({ 'train-images-idx3-ubyte.gz': gzipSync(idxImages) })],
    ['images-idx', 'idx', async () => idxImages],
    ['images-idx.gz', 'idx', async () => gzipSync(idxImages)],
  ])('%s is %s', async (name, kind, make) => {
    expect(await detectDataset(await place(name, await make()))).toBe(kind);
  });

  test.each<[string, Record<string, Buffer | string> | Buffer, string, string]>([
    ['nothing', {}, 'DATASET_NO_IMAGES', 'an empty folder'],
    ['junk', { '.DS_Store': 'x' }, 'DATASET_NO_IMAGES', 'an empty folder'],
    ['zip', Buffer.from('PK\x03\x04rest'), 'DATASET_UNKNOWN_FORMAT', 'a zip archive'],
    ['text', Buffer.from('hello'), 'DATASET_UNKNOWN_FORMAT', 'a kind that is not known'],
    ['empty-file', Buffer.alloc(0), 'DATASET_UNKNOWN_FORMAT', 'an empty file'],
    ['text.gz', gzipSync('hello'), 'DATASET_UNKNOWN_FORMAT', 'a gzip file that holds a file of a kind'],
    ['bad.gz', Buffer.from([0x1f, 0x8b, 1, 2]), 'DATASET_UNKNOWN_FORMAT', 'cannot be unpacked'],
    ['parquet', Buffer.from('PAR1....'), 'DATASET_UNKNOWN_FORMAT', 'a parquet file'],
    [
      'pickles',
      { data_batch_1: Buffer.from('\x80\x02') },
      'DATASET_UNKNOWN_FORMAT',
      'the Python version of CIFAR',
    ],
  ])('%s: a coded error that says so', async (name, content, code, message) => {
    const path = await place(name, content);
    await expect(detectDataset(path)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
  });

  test('a path that is not there', async () => {
    await expect(detectDataset(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' });
  });

  test('a single image is told to give its folder', async () => {
    await expect(detectDataset(await place('1.png', await solidPng([1, 1, 1])))).rejects.toMatchObject({
      hint: 'Give the folder that the images are in.',
    });
  });
});

describe('Auto', () => {
  const open = async (path: string, options = {}): ReturnType<ReturnType<typeof auto.create>['open']> =>
    auto
      .create(auto.options.parse({ path, ...options }), { runFolder: null, now: () => 0 })
      .open(openContext(cache, { resolution: 8 }));

  test('opens a tar, CIFAR and IDX with their options', async () => {
    const tar = join(root, 'open.tar');
    await writeFile(
      tar,
      await tarOf({ ...(await classFolders(2, 1, 'a/')), ...(await classFolders(2, 2, 'b/')) }),
    );
    expect(await open(tar, { folder: 'b' })).toHaveLength(4);
    const ten = Buffer.concat(
      Array.from({ length: 10 }, (_, i) => Buffer.concat([Buffer.from([i]), record.subarray(1)])),
    );
    const path = await writeFiles(join(root, 'open-cifar'), { 'test_batch.bin': ten });
    expect(await open(path, { split: 'test' })).toHaveLength(10);
    const idx = await writeFiles(join(root, 'open-idx'), {
      't10k-images-idx3-ubyte': idxImages,
      't10k-labels-idx1-ubyte': Buffer.from([0, 0, 8, 1, 0, 0, 0, 1, 5]),
    });
    expect((await open(idx, { split: 'test' })).classes).toEqual(['5']);
    // Not all images, as if the word had not been there.
    await expect(open(tar, { split: 'test', folder: 'b' })).rejects.toMatchObject({
      code: 'DATASET_SPLITS',
      message: expect.stringContaining('expected CIFAR or IDX files') as string,
    });
  });

  test('a folder without images is an error with what it holds', async () => {
    const path = await writeFiles(join(root, 'texts'), { 'notes/a.txt': 'hello' });
    await expect(open(path)).rejects.toMatchObject({
      code: 'DATASET_NO_IMAGES',
      message: expect.stringContaining('notes/a.txt') as string,
    });
  });
});
