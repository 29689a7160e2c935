import { chmod, readFile, readdir, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { componentContract, datasetContract, fromComponent } from '@ganymede/testing';
import {
  classFolders,
  openContext,
  solid,
  solidPng,
  temporaryFolder,
  writeFiles,
} from '../testing/make-files.js';
import type { ImageDataset } from './image-dataset.js';
import { imageFolder, ImageFolder, type ImageFolderOptions } from './image-folder.js';
import type { DatasetOpenContext } from '@ganymede/core';

const root = temporaryFolder();
const cache = join(root, 'cache');

function source(path: string, given: Partial<ImageFolderOptions> = {}): ImageFolder {
  return new ImageFolder(imageFolder.options.parse({ path, ...given }));
}

async function open(path: string, context: Partial<DatasetOpenContext> = {}): Promise<ImageDataset> {
  return await source(path).open(openContext(cache, context));
}

componentContract(imageFolder);

describe('on a folder', () => {
  const path = join(root, 'contract');
  beforeAll(async () => {
    await writeFiles(path, await classFolders(3, 4));
  });
  datasetContract(fromComponent(imageFolder, { path }), openContext(cache));
  datasetContract(fromComponent(imageFolder, { path, memoryMiB: 0 }), openContext(cache, { channels: 4 }));
  datasetContract(fromComponent(imageFolder, { path }), openContext(cache, { resolution: [6, 10] }));
});

describe('ImageFolder', () => {
  test('reads classes, labels and pixels in the order of paths', async () => {
    const path = await writeFiles(join(root, 'plain'), await classFolders(2, 3));
    const progress: [number, number][] = [];
    const dataset = await open(path, { onProgress: (...at) => progress.push(at) });
    expect(dataset.name).toBe('plain');
    expect(dataset.classes).toEqual(['c0', 'c1']);
    expect([...dataset.labels()]).toEqual([0, 0, 0, 1, 1, 1]);
    const pixels = await dataset.read([0, 5, 1]);
    expect([0, 1, 2].map((i) => [...pixels.subarray(i * 192, i * 192 + 3)])).toEqual([
      [0, 0, 100],
      [40, 40, 100],
      [0, 20, 100],
    ]);
    expect(progress.at(-1)).toEqual([6, 6]);
    await dataset.close();
    await expect(dataset.read([0])).rejects.toMatchObject({ code: 'DATASET_CLOSED' });
  });

  test('images that are not square, and the name of the data', async () => {
    const path = await writeFiles(join(root, 'not-square'), {
      'a.png': await sharp(
        Uint8Array.from({ length: 12 * 8 * 3 }, (_, i) => 2 * Math.floor(i / 3)),
        { raw: { width: 8, height: 12, channels: 3 } },
      )
        .png()
        .toBuffer(),
      'b.png': await solidPng([1, 2, 3], 4, 4),
    });
    const dataset = await open(path, { resolution: [12, 8] });
    expect(dataset.imageShape).toEqual({ height: 12, width: 8, channels: 3 });
    const pixels = await dataset.read([0]);
    // Row 1 begins after eight pixels, the last of all is the 96th.
    expect([pixels[3 * 8], pixels[3 * 8 * 12 - 1]]).toEqual([2 * 8, 2 * 95]);
    expect(dataset.report.notes).toEqual([
      '1 of 2 images were smaller than 8 x 12 (width x height) pixels and were enlarged',
    ]);
    const again = await open(path, { resolution: [12, 8] });
    expect([again.report.fromCache, again.imageShape]).toEqual([true, dataset.imageShape]);
    expect((await again.read([0, 1])).slice()).toEqual((await dataset.read([0, 1])).slice());
    const [turned, square, pair] = await Promise.all(
      ([[8, 12], 8, [8, 8]] as const).map((resolution) => open(path, { resolution })),
    );
    expect(new Set([dataset, turned!, square!].map(({ fingerprint }) => fingerprint)).size).toBe(3);
    expect(pair!.fingerprint).toBe(square!.fingerprint);
  });

  test('images in the root are one class; mixed sizes are fine', async () => {
    const path = await writeFiles(join(root, 'one'), {
      'a.png': await solidPng([100, 2, 3], 4, 30),
      'b.jpg': await solid([100, 2, 3], 50, 20).jpeg().toBuffer(),
      'c.webp': await solid([100, 2, 3], 8).webp({ lossless: true }).toBuffer(),
    });
    const dataset = await open(path);
    expect(dataset.classes).toEqual(['all']);
    expect(dataset).toHaveLength(3);
    expect(dataset.report.upscaled).toBe(1);
    expect(dataset.report.notes).toEqual([
      '1 of 3 images were cropped or reduced to 8 x 8 pixels',
      '1 of 3 images were smaller than 8 pixels and were enlarged',
    ]);
  });

  test('files that cannot be used are named and skipped, also from the cache', async () => {
    const path = await writeFiles(join(root, 'corrupt'), {
      ...(await classFolders(2, 2)),
      'c0/broken.jpg': (await solid([9, 9, 9], 64).jpeg().toBuffer()).subarray(0, 250),
      'c0/empty.png': '',
      'c1/text.jpg': 'not an image',
      'c1/notes.txt': 'not an image either',
      'c1/.DS_Store': 'junk',
    });
    for (const fromCache of [false, true]) {
      const dataset = await open(path);
      expect(dataset.report.fromCache).toBe(fromCache);
      expect(dataset).toHaveLength(4);
      const reasons = new Map(dataset.report.skipped.map(({ file, reason }) => [file, reason]));
      expect([...reasons.keys()].sort()).toEqual([
        'c0/broken.jpg',
        'c0/empty.png',
        'c1/notes.txt',
        'c1/text.jpg',
      ]);
      expect(reasons.get('c0/broken.jpg')).toBe('is cut off: it ends after 250 bytes, before its image does');
      expect(reasons.get('c1/text.jpg')).toBe('is a text, not an image');
      await expect(open(path, { strict: true })).rejects.toMatchObject({
        code: 'DATASET_BAD_IMAGE',
        message: expect.stringMatching(/got c[01]\/\w+\.(jpg|png|txt), which is /) as string,
      });
    }
  });

  test('strict stops at a corrupt image before anything is kept', async () => {
    const path = await writeFiles(join(root, 'strict'), {
      'a.png': await solidPng([1, 1, 1]),
      'b.png': 'no',
    });
    const cacheFolder = join(root, 'strict-cache');
    await expect(source(path).open(openContext(cacheFolder, { strict: true }))).rejects.toThrow(
      'expected readable images, got b.png, which is a text',
    );
    expect(await readdir(cacheFolder)).toEqual([]);
  });

  test('a class whose images are all unusable is an error', async () => {
    const path = await writeFiles(join(root, 'hollow'), { ...(await classFolders(1, 1)), 'c1/0.png': 'no' });
    await expect(open(path)).rejects.toMatchObject({
      code: 'DATASET_EMPTY_CLASS',
      message: expect.stringContaining('class c1, got none; not usable: c1/0.png') as string,
    });
  });

  test('says what is wrong with the path', async () => {
    await expect(open(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' });
    await expect(open(await writeFiles(join(root, 'empty'), {}))).rejects.toMatchObject({
      code: 'DATASET_NO_IMAGES',
    });
    const texts = await writeFiles(join(root, 'texts'), { 'a/1.txt': '' });
    await expect(open(texts)).rejects.toMatchObject({ code: 'DATASET_NO_IMAGES' });
    await expect(open(join(texts, 'a', '1.txt'))).rejects.toMatchObject({ code: 'DATASET_NOT_A_FOLDER' });
  });

  test('the option folder reads a part', async () => {
    const path = await writeFiles(join(root, 'splits'), {
      ...(await classFolders(2, 1, 'train/')),
      ...(await classFolders(2, 2, 'test/')),
    });
    await expect(open(path)).rejects.toMatchObject({ code: 'DATASET_SPLITS' });
    expect(await source(path, { folder: 'test' }).open(openContext(cache))).toHaveLength(4);
  });

  test('links are followed, and circles are not', async () => {
    const real = await writeFiles(join(root, 'real'), await classFolders(1, 2));
    const path = await writeFiles(join(root, 'linked'), await classFolders(1, 1));
    await symlink(join(real, 'c0'), join(path, 'other'));
    await symlink(path, join(path, 'c0', 'circle'));
    const dataset = await open(path);
    expect([...dataset.labels()]).toEqual([0, 1, 1]);
  });
});

test('images that are as good as black are told', async () => {
  const path = await writeFiles(join(root, 'dark'), {
    'a/1.png': await solidPng([3, 2, 1]),
    'b/1.png': await solidPng([0, 23, 0]),
  });
  expect((await open(path)).report.notes).toEqual([
    expect.stringMatching(/^no value of any image is above 23 of 255/),
  ]);
});

describe('the cache', () => {
  const cacheFile = async (cacheFolder: string, fingerprint: string, extension: string): Promise<string> => {
    const names = (await readdir(join(cacheFolder, fingerprint))).filter((name) => name.endsWith(extension));
    expect(names).toHaveLength(1);
    return join(cacheFolder, fingerprint, names[0]!);
  };
  const folders = async (name: string): Promise<{ path: string; cacheFolder: string }> => ({
    path: await writeFiles(join(root, name), await classFolders(2, 2)),
    cacheFolder: join(root, `${name}-cache`),
  });

  test('a warm opening decodes nothing and gives the same bytes', async () => {
    const { path, cacheFolder } = await folders('warm');
    const cold = await source(path).open(openContext(cacheFolder));
    const entries = await readdir(cacheFolder);
    expect(entries).toEqual([cold.fingerprint]);
    for (const memoryMiB of [0, 1]) {
      const warm = await source(path, { memoryMiB }).open(openContext(cacheFolder));
      expect(warm.report.fromCache).toBe(true);
      expect(warm.packed.kind).toBe(memoryMiB === 0 ? 'file' : 'memory');
      expect(await warm.read([3, 0])).toEqual(await cold.read([3, 0]));
      await warm.close();
    }
  });

  test.each(['.bin', '.json'])('one flipped byte in the %s file, and it is made again', async (file) => {
    const { path, cacheFolder } = await folders(`flip-${file}`);
    const first = await source(path).open(openContext(cacheFolder));
    const damagedPath = await cacheFile(cacheFolder, first.fingerprint, file);
    const bytes = await readFile(damagedPath);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(damagedPath, bytes);
    const again = await source(path).open(openContext(cacheFolder));
    expect(again.report.fromCache).toBe(false);
    expect(await again.read([0, 1, 2, 3])).toEqual(await first.read([0, 1, 2, 3]));
    expect(again.labels()).toEqual(first.labels());
    const third = await source(path).open(openContext(cacheFolder));
    expect(third.report.fromCache).toBe(true);
  });

  test('one that is cut short is made again', async () => {
    const { path, cacheFolder } = await folders('short');
    const first = await source(path).open(openContext(cacheFolder));
    await truncate(await cacheFile(cacheFolder, first.fingerprint, '.bin'), 100);
    expect((await source(path).open(openContext(cacheFolder))).report.fromCache).toBe(false);
  });

  test('a file that was changed since is read again, with the same size too', async () => {
    const { path, cacheFolder } = await folders('stale');
    const before = await source(path).open(openContext(cacheFolder));
    const file = join(path, 'c0', '0.png');
    const size = (await readFile(file)).length;
    const other = await solidPng([0, 0, 101]);
    expect(other).toHaveLength(size);
    await writeFile(file, other);
    await utimes(file, 1, 1);
    const after = await source(path).open(openContext(cacheFolder));
    expect(after.report.fromCache).toBe(false);
    await cacheFile(cacheFolder, after.fingerprint, '.bin');
    expect((await after.read([0]))[2]).toBe(101);
    expect((await before.read([0]))[2]).toBe(100);
  });

  test('resolution, channels and background have caches of their own', async () => {
    const { path, cacheFolder } = await folders('own');
    const fingerprints = new Set<string>();
    for (const [context, background] of [
      [{}, '#ffffff'],
      [{ resolution: 16 }, '#ffffff'],
      [{ channels: 1 }, '#ffffff'],
      [{}, '#000000'],
    ] as const) {
      const dataset = await source(path, { background }).open(openContext(cacheFolder, context));
      fingerprints.add(dataset.fingerprint);
      expect((await dataset.read([0])).length).toBe(
        dataset.imageShape.height * dataset.imageShape.width * dataset.imageShape.channels,
      );
    }
    expect(fingerprints.size).toBe(4);
  });

  test('openings at the same time agree', async () => {
    const { path, cacheFolder } = await folders('race');
    const opened = await Promise.all(
      [0, 1, 2, 3, 4].map(async () => source(path).open(openContext(cacheFolder))),
    );
    for (const dataset of opened)
      expect(await dataset.read([0, 1, 2, 3])).toEqual(await opened[0]!.read([0, 1, 2, 3]));
    expect(await readdir(cacheFolder)).toEqual([opened[0]!.fingerprint]);
    expect((await readdir(join(cacheFolder, opened[0]!.fingerprint))).sort()).toEqual([
      expect.stringMatching(/^images-\w{16}\.bin$/) as string,
      'index.json',
    ]);
  });

  test('a folder that cannot be written to costs nothing but a remark, where the images fit into memory', async () => {
    const { path, cacheFolder } = await folders('denied');
    const kept = await source(path).open(openContext(cacheFolder));
    // A file in the place of the folder: root may write everywhere else.
    const denied = join(root, 'denied-file');
    await writeFile(denied, '');
    await chmod(denied, 0o400);
    const dataset = await source(path).open(openContext(denied));
    expect(dataset.report.notes).toContainEqual(
      expect.stringMatching(/^decoded images are in memory alone.*denied-file/),
    );
    const all = Array.from({ length: kept.length }, (_, i) => i);
    expect(await dataset.read(all)).toEqual(await kept.read(all));
    expect({ labels: dataset.labels(), fingerprint: dataset.fingerprint }).toEqual({
      labels: kept.labels(),
      fingerprint: kept.fingerprint,
    });
    const tooLarge = source(path, { memoryMiB: 0 });
    await expect(tooLarge.open(openContext(denied))).rejects.toMatchObject({
      code: 'DATASET_CACHE_NOT_WRITTEN',
    });
  });
});
