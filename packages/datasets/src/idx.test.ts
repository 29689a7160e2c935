import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { componentContract, datasetContract, fromComponent } from '@ganymede/testing';
import { openContext, temporaryFolder, writeFiles } from '../testing/make-files.js';
import { idx, Idx, type IdxOptions } from './idx.js';
import type { ImageDataset } from './image-dataset.js';

const root = temporaryFolder();
const cache = join(root, 'cache');

function idxBytes(shape: readonly number[], data: readonly number[], type = 8): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, type, shape.length]);
  shape.forEach((length, i) => header.writeUInt32BE(length, 4 + 4 * i));
  return Buffer.concat([header, Buffer.from(data)]);
}

/** Images of 28x28 whose pixels all are ten times their index. */
function images(count: number): Buffer {
  return idxBytes(
    [count, 28, 28],
    Array.from({ length: count * 784 }, (_, i) => 10 * Math.floor(i / 784)),
  );
}

const labels = (...values: number[]): Buffer => idxBytes([values.length], values);

const mnist = {
  'train-images-idx3-ubyte': images(6),
  'train-labels-idx1-ubyte': labels(0, 1, 2, 2, 1, 0),
  't10k-images-idx3-ubyte.gz': gzipSync(images(4)),
  't10k-labels-idx1-ubyte.gz': gzipSync(labels(1, 0, 1, 0)),
};

async function open(path: string, given: Partial<IdxOptions> = {}): Promise<ImageDataset> {
  const source = new Idx(idx.options.parse({ path, ...given }));
  return await source.open(openContext(cache, { resolution: 28, channels: 1 }));
}

componentContract(idx);

describe('on files like MNIST', () => {
  const path = join(root, 'contract');
  beforeAll(async () => {
    await writeFiles(path, mnist);
  });
  datasetContract(fromComponent(idx, { path }), openContext(cache, { resolution: 28, channels: 1 }));
  datasetContract(
    fromComponent(idx, { path, split: 'test' }),
    openContext(cache, { resolution: 32, channels: 3 }),
  );
});

describe('Idx', () => {
  test('reads pixels and labels, compressed or not', async () => {
    const path = await writeFiles(join(root, 'mnist'), mnist);
    const train = await open(path);
    expect(train.name).toBe('train');
    expect(train.classes).toEqual(['0', '1', '2']);
    expect([...train.labels()]).toEqual([0, 1, 2, 2, 1, 0]);
    expect(await train.read([3])).toEqual(new Uint8Array(784).fill(30));
    const test = await open(path, { split: 'test' });
    expect([...test.labels()]).toEqual([1, 0, 1, 0]);
    expect(await test.read([2])).toEqual(new Uint8Array(784).fill(20));
    expect((await open(join(path, 't10k-images-idx3-ubyte.gz'))).fingerprint).toBe(
      (await open(join(path, 't10k-images-idx3-ubyte.gz'), { split: 'test' })).fingerprint,
    );
  });

  test('classes are the labels that occur: letters are 1 to 26', async () => {
    const path = await writeFiles(join(root, 'letters'), {
      'emnist-letters-train-images-idx3-ubyte': images(3),
      'emnist-letters-train-labels-idx1-ubyte': labels(26, 1, 13),
    });
    const dataset = await open(path);
    expect(dataset.name).toBe('emnist-letters-train');
    expect(dataset.classes).toEqual(['1', '13', '26']);
    expect([...dataset.labels()]).toEqual([2, 0, 1]);
  });

  test('labels of another name can be given', async () => {
    const path = await writeFiles(join(root, 'own'), { 'my-images': images(2), 'my-classes': labels(0, 1) });
    const dataset = await open(join(path, 'my-images'), { labels: join(path, 'my-classes') });
    expect([...dataset.labels()]).toEqual([0, 1]);
    await expect(open(join(path, 'my-images'), { labels: join(path, 'nothing') })).rejects.toMatchObject({
      code: 'DATASET_NOT_FOUND',
    });
  });

  test.each<[string, Record<string, Buffer>, string, string]>([
    [
      'no labels',
      { 'train-images-idx3-ubyte': images(2) },
      'DATASET_DAMAGED',
      'train-labels-idx1-ubyte beside it',
    ],
    [
      'too few labels',
      { ...mnist, 'train-labels-idx1-ubyte': labels(1, 2) },
      'DATASET_DAMAGED',
      'expected 6 labels, one for each image, got 2',
    ],
    [
      'cut off',
      { ...mnist, 'train-images-idx3-ubyte': images(6).subarray(0, 1000) },
      'DATASET_DAMAGED',
      'expected 4704 bytes of data for shape [6, 28, 28], got 984',
    ],
    [
      'floats',
      { ...mnist, 'train-images-idx3-ubyte': idxBytes([1, 1, 1], [0, 0, 0, 0], 13) },
      'DATASET_DAMAGED',
      'with 3 dimensions (0x00000803), got 0x00000d03',
    ],
    [
      'cut gzip',
      { ...mnist, 'train-images-idx3-ubyte': gzipSync(images(6)).subarray(0, 30) },
      'DATASET_DAMAGED',
      'expected a whole gzip file',
    ],
    [
      'two sets',
      { ...mnist, 'emnist-train-images-idx3-ubyte': images(6) },
      'DATASET_AMBIGUOUS',
      'expected one file of images, got 2',
    ],
    ['other split', { 't10k-images-idx3-ubyte': images(2) }, 'DATASET_DAMAGED', 'train-images-idx3-ubyte'],
  ])('%s: a coded error that says so', async (name, files, code, message) => {
    const path = await writeFiles(join(root, name), files);
    await expect(open(path)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
  });

  test('a path that is not there', async () => {
    await expect(open(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' });
    await writeFile(join(root, 'short'), '');
    await expect(open(join(root, 'short'), { labels: join(root, 'short') })).rejects.toMatchObject({
      code: 'DATASET_DAMAGED',
    });
  });
});
