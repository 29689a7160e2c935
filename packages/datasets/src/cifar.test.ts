import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { componentContract, datasetContract, fromComponent } from '@ganymede/testing';
import { openContext, tarOf, temporaryFolder, writeFiles } from '../testing/make-files.js';
import { cifar, Cifar, type CifarOptions } from './cifar.js';
import type { ImageDataset } from './image-dataset.js';

const root = temporaryFolder();
const cache = join(root, 'cache');

/** A record whose red, green and blue planes count up from different starts. */
function record(labels: readonly number[], start: number): Buffer {
  const plane = (first: number): number[] => Array.from({ length: 1024 }, (_, i) => (first + i) % 256);
  return Buffer.from([...labels, ...plane(start), ...plane(start + 50), ...plane(start + 100)]);
}

const names10 = 'airplane automobile bird cat deer dog frog horse ship truck';

/** Ten records, two in each of the five batches: labels 0 to 9. */
function cifar10(prefix = ''): Record<string, Buffer | string> {
  const files: Record<string, Buffer | string> = {
    [`${prefix}batches.meta.txt`]: `${names10.replaceAll(' ', '\n')}\n\n`,
  };
  for (let batch = 0; batch < 5; batch++) {
    const records = [0, 1].map((i) => record([2 * batch + i], 2 * batch + i));
    files[`${prefix}data_batch_${batch + 1}.bin`] = Buffer.concat(records);
  }
  files[`${prefix}test_batch.bin`] = Buffer.concat(Array.from({ length: 10 }, (_, i) => record([9 - i], i)));
  return files;
}

function cifar100(): Record<string, Buffer | string> {
  const train = Array.from({ length: 100 }, (_, i) => record([i % 20, i], i));
  return {
    'train.bin': Buffer.concat(train),
    'test.bin': Buffer.concat(train),
    'fine_label_names.txt': Array.from({ length: 100 }, (_, i) => `fine${i}`).join('\n'),
    'coarse_label_names.txt': Array.from({ length: 20 }, (_, i) => `coarse${i}`).join('\n'),
  };
}

async function open(path: string, given: Partial<CifarOptions> = {}, resolution = 32): Promise<ImageDataset> {
  const source = new Cifar(cifar.options.parse({ path, ...given }));
  return await source.open(openContext(cache, { resolution }));
}

componentContract(cifar);

describe('on CIFAR-10', () => {
  const path = join(root, 'contract');
  beforeAll(async () => {
    await writeFiles(path, cifar10());
  });
  datasetContract(fromComponent(cifar, { path }), openContext(cache, { resolution: 32 }));
});

describe('Cifar', () => {
  test('planes become pixels, batches come in order', async () => {
    const dataset = await open(await writeFiles(join(root, 'ten'), cifar10()));
    expect(dataset.classes).toEqual(names10.split(' '));
    expect([...dataset.labels()]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const pixels = await dataset.read([7]);
    expect([...pixels.subarray(0, 6)]).toEqual([7, 57, 107, 8, 58, 108]);
    expect([...pixels.subarray(3 * 33, 3 * 33 + 3)]).toEqual([40, 90, 140]);
  });

  test('the test split, the folder above, and the archive are the same data', async () => {
    await writeFiles(join(root, 'above'), cifar10('cifar-10-batches-bin/'));
    const archive = join(root, 'cifar-10-binary.tar.gz');
    await writeFile(archive, await tarOf(cifar10('cifar-10-batches-bin/'), { gzip: true }));
    const a = await open(join(root, 'above'), { split: 'test' });
    const b = await open(archive, { split: 'test' });
    expect(b.name).toBe('cifar-10-binary-test');
    expect([...b.labels()]).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    expect(a.labels()).toEqual(b.labels());
    expect(await a.read([0, 9])).toEqual(await b.read([0, 9]));
    expect((await open(archive, { split: 'test' })).report.fromCache).toBe(true);
    expect((await open(archive)).report.fromCache).toBe(false);
  });

  test('CIFAR-100 has fine and coarse labels', async () => {
    const path = await writeFiles(join(root, 'hundred'), cifar100());
    const fine = await open(path);
    expect(fine.classes).toHaveLength(100);
    expect(fine.classes[42]).toBe('fine42');
    expect(fine.labels()[42]).toBe(42);
    const coarse = await open(path, { labels: 'coarse' });
    expect(coarse.classes).toHaveLength(20);
    expect(coarse.labels()[42]).toBe(2);
    expect((await coarse.read([42]))[0]).toBe(42);
  });

  test('without names CIFAR-100 has numbers, and says so', async () => {
    const files = cifar100();
    delete files['fine_label_names.txt'];
    const dataset = await open(await writeFiles(join(root, 'nameless'), files));
    expect(dataset.classes[42]).toBe('42');
    expect(dataset.report.notes).toEqual([
      'there is no fine_label_names.txt: classes have their numbers as names',
    ]);
  });

  test('other resolutions are resized', async () => {
    const dataset = await open(await writeFiles(join(root, 'large'), cifar10()), {}, 64);
    expect(dataset.report.upscaled).toBe(10);
    expect(await dataset.read([0])).toHaveLength(64 * 64 * 3);
  });

  test('other content of the same size is other data', async () => {
    const path = await writeFiles(join(root, 'changed'), cifar10());
    const before = await open(path);
    const file = join(path, 'data_batch_3.bin');
    const bytes = await readFile(file);
    bytes[5]! ^= 1;
    await writeFile(file, bytes);
    const after = await open(path);
    expect(after.fingerprint).not.toBe(before.fingerprint);
    expect(after.report.fromCache).toBe(false);
  });

  test('damage is named', async () => {
    const damage = async (
      name: string,
      change: (path: string) => Promise<void>,
      message: string,
    ): Promise<void> => {
      const path = await writeFiles(join(root, name), cifar10());
      await change(path);
      await expect(open(path)).rejects.toMatchObject({
        code: 'DATASET_DAMAGED',
        message: expect.stringContaining(message) as string,
      });
    };
    await damage(
      'cut',
      async (path) => truncate(join(path, 'data_batch_2.bin'), 4000),
      'data_batch_2.bin: expected records of 3073 bytes, got 4000 bytes',
    );
    await damage(
      'label',
      async (path) => writeFile(join(path, 'data_batch_2.bin'), record([10], 0)),
      'data_batch_2.bin#0: expected a label below 10, got 10',
    );
    await damage(
      'names',
      async (path) => writeFile(join(path, 'batches.meta.txt'), 'one\ntwo\n'),
      'batches.meta.txt: expected 10 class names, got 2',
    );
    const partial = cifar10();
    delete partial['data_batch_4.bin'];
    await expect(open(await writeFiles(join(root, 'partial'), partial))).rejects.toThrow(
      'expected a file data_batch_4.bin, got none',
    );
    await expect(open(await writeFiles(join(root, 'none'), { 'a.txt': '' }))).rejects.toThrow(
      'none of these files',
    );
    await expect(open(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' });
  });
});
