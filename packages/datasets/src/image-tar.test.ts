import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { componentContract, datasetContract, fromComponent } from '@ganymede/testing';
import {
  classFolders,
  openContext,
  solidPng,
  tarOf,
  temporaryFolder,
  writeFiles,
  type Files,
} from '../testing/make-files.js';
import type { ImageDataset } from './image-dataset.js';
import { imageFolder, ImageFolder } from './image-folder.js';
import { imageTar, ImageTar, type ImageTarOptions } from './image-tar.js';

const root = temporaryFolder();
const cache = join(root, 'cache');

async function write(
  name: string,
  files: Files,
  options?: { gzip?: boolean; links?: string[] },
): Promise<string> {
  const path = join(root, name);
  await writeFile(path, await tarOf(files, options));
  return path;
}

function source(path: string, given: Partial<ImageTarOptions> = {}): ImageTar {
  return new ImageTar(imageTar.options.parse({ path, ...given }));
}

async function open(path: string, given: Partial<ImageTarOptions> = {}): Promise<ImageDataset> {
  return await source(path, given).open(openContext(cache));
}

const everyOf = ({ length }: { length: number }): number[] => Array.from({ length }, (_, i) => i);

componentContract(imageTar);

describe.each([false, true])('on an archive, compressed: %s', (gzip) => {
  const path = join(root, `contract-${String(gzip)}.tar`);
  beforeAll(async () => {
    await writeFile(path, await tarOf(await classFolders(3, 3, 'train/'), { gzip }));
  });
  datasetContract(fromComponent(imageTar, { path }), openContext(cache));

  test('it is what the folder of the same files is', async () => {
    const folder = await writeFiles(join(root, `folder-${String(gzip)}`), await classFolders(3, 3, 'train/'));
    const expected = await new ImageFolder(imageFolder.options.parse({ path: folder })).open(
      openContext(cache),
    );
    const dataset = await open(path);
    expect(dataset.classes).toEqual(expected.classes);
    expect(dataset.labels()).toEqual(expected.labels());
    expect(await dataset.read(everyOf(dataset))).toEqual(await expected.read(everyOf(expected)));
    expect(dataset.report.notes).toEqual(['train/ was taken as a wrapper of the class folders']);
  });

  test('a file that cannot be used is named; a warm opening knows it too', async () => {
    const files = { ...(await classFolders(2, 2)), 'c0/bad.png': 'no', 'readme.txt': 'hello' };
    const bad = await write(`bad-${String(gzip)}.tar`, files, { gzip, links: ['c1/link.png'] });
    for (const fromCache of [false, true]) {
      const { report, length } = await open(bad);
      expect(report.fromCache).toBe(fromCache);
      expect(length).toBe(4);
      expect(report.skipped.map(({ file }) => file).sort()).toEqual([
        'c0/bad.png',
        'c1/link.png',
        'readme.txt',
      ]);
    }
  });

  test('images go by their names in the order of their numbers, those that cannot be used left out; sizes are counted', async () => {
    // Entries that are not in the order of their names: a compressed archive is read as it comes.
    const files = {
      'c1/b.png': await solidPng([2, 2, 2]),
      'c0/bad.png': 'no',
      'c0/a.png': await solidPng([1, 1, 1]),
    };
    const unordered = await write(`names-${String(gzip)}.tar`, files, { gzip });
    for (let opening = 0; opening < 2; opening++) {
      const dataset = await open(unordered);
      const pixels = await dataset.read([0, 1]);
      const first = pixels.length / 2;
      const named = { 'c0/a.png': 1, 'c1/b.png': 2 };
      expect((await dataset.names!()).map((name) => named[name as keyof typeof named])).toEqual([
        pixels[0],
        pixels[first],
      ]);
    }
    const sizes = await source(unordered).sizes({ skipUnusable: true });
    expect(sizes).toEqual([expect.objectContaining({ images: 2 })]);
    await expect(source(unordered).sizes()).rejects.toMatchObject({ code: 'DATASET_BAD_IMAGE' });
  });

  test('of a path that occurs twice the last content counts', async () => {
    const once = await tarOf({
      './c0/a.png': await solidPng([1, 1, 1]),
      './c1/a.png': await solidPng([2, 2, 2]),
    });
    const twice = await tarOf({ 'c0/a.png': await solidPng([3, 3, 3]) });
    // Appending to a tar writes over its two closing blocks.
    const bytes = Buffer.concat([once.subarray(0, once.length - 1024), twice]);
    const appended = join(root, `appended-${String(gzip)}.tar`);
    const { gzipSync } = await import('node:zlib');
    await writeFile(appended, gzip ? gzipSync(bytes) : bytes);
    const dataset = await open(appended);
    const pixels = await dataset.read([0, 1]);
    const labels = [...dataset.labels()];
    expect(labels.map((label, i) => [label, pixels[i * 192]]).sort()).toEqual([
      [0, 3],
      [1, 2],
    ]);
  });

  test('the option folder reads a part, under names of its own', async () => {
    const splits = {
      ...(await classFolders(2, 1, 'data/train/')),
      ...(await classFolders(2, 2, 'data/test/')),
    };
    const path = await write(`splits-${String(gzip)}.tar`, splits, { gzip });
    await expect(open(path)).rejects.toMatchObject({ code: 'DATASET_SPLITS' });
    const train = await open(path, { folder: 'data/train' });
    const test = await open(path, { folder: './data/test/' });
    expect([train.length, test.length]).toEqual([2, 4]);
    expect(train.classes).toEqual(['c0', 'c1']);
    expect(train.fingerprint).not.toBe(test.fingerprint);
  });

  test('an archive that is cut off is an error, and leaves nothing behind', async () => {
    const whole = await tarOf(await classFolders(2, 6), { gzip });
    const path = join(root, `cut-${String(gzip)}.tar`);
    await writeFile(path, whole.subarray(0, Math.floor(whole.length * 0.6)));
    const cacheFolder = join(root, `cut-cache-${String(gzip)}`);
    await expect(source(path).open(openContext(cacheFolder))).rejects.toMatchObject({
      code: 'DATASET_DAMAGED',
      message: expect.stringContaining('expected a whole tar archive') as string,
    });
    expect(await readdir(cacheFolder).catch(() => [])).toEqual([]);
  });
});

describe('ImageTar', () => {
  test('names that need an extended header are read', async () => {
    const long = `${'a-rather-long-name-'.repeat(8)}ü`;
    const path = await write('long.tar', {
      [`${long}/1.png`]: await solidPng([7, 7, 7]),
      'b/1.png': await solidPng([8, 8, 8]),
    });
    const dataset = await open(path);
    expect(dataset.classes).toEqual([long, 'b']);
    expect((await dataset.read([0]))[0]).toBe(7);
  });

  test('names with .. and of the root lead where they say', async () => {
    const image = await solidPng([90, 3, 3]);
    const path = await write('dots.tar', {
      '/data/a/1.png': image,
      '/data/a/../b/2.png': image,
      '../data/c/3.png': image,
    });
    expect((await open(path)).classes).toEqual(['a', 'b', 'c']);
  });

  test('a sparse file is named, and so is an archive without its end', async () => {
    const whole = await tarOf(await classFolders(2, 3));
    const sparse = Buffer.from(whole);
    // The type of the first entry, and its checksum.
    sparse[156] = 'S'.charCodeAt(0);
    const sum = sparse
      .subarray(0, 512)
      .reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 32 : byte), 0);
    sparse.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    await writeFile(join(root, 'sparse.tar'), sparse);
    const { report } = await open(join(root, 'sparse.tar'));
    expect(report.skipped).toEqual([
      { file: 'c0/0.png', reason: expect.stringContaining('a sparse file') as string },
    ]);
    expect(report.notes).toEqual([]);
    const end = whole.length - 1024;
    await writeFile(join(root, 'endless.tar'), whole.subarray(0, whole.lastIndexOf('ustar', end) - 257));
    expect((await open(join(root, 'endless.tar'))).report.notes).toEqual([
      'endless.tar has no mark of its end: it may be cut off',
    ]);
  });

  test('strict names the file', async () => {
    const path = await write('strict.tar', { 'a/1.png': await solidPng([7, 7, 7]), 'a/2.png': 'no' });
    await expect(source(path).open(openContext(cache, { strict: true }))).rejects.toThrow(
      'expected readable images, got a/2.png, which is a text',
    );
  });

  test('the same content elsewhere is the same data; other content of the same size is not', async () => {
    const files = await classFolders(2, 1);
    const first = await open(await write('copy1.tar', files));
    const second = await open(await write('copy2.tar', files));
    expect(second.fingerprint).toBe(first.fingerprint);
    expect(second.report.fromCache).toBe(true);
    const other = await open(await write('copy2.tar', { ...files, 'c0/0.png': await solidPng([0, 0, 101]) }));
    expect(other.fingerprint).not.toBe(first.fingerprint);
  });

  test('says what is wrong with the path', async () => {
    await expect(open(join(root, 'nowhere.tar'))).rejects.toMatchObject({ code: 'DATASET_NOT_FOUND' });
    await expect(open(root)).rejects.toMatchObject({ code: 'DATASET_NOT_A_FILE' });
    await expect(open(await write('texts.tar', { 'a/1.txt': 'a' }))).rejects.toMatchObject({
      code: 'DATASET_NO_IMAGES',
    });
    const zip = join(root, 'x.tar');
    await writeFile(zip, Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(600)]));
    await expect(open(zip)).rejects.toMatchObject({
      code: 'DATASET_UNKNOWN_FORMAT',
      message: expect.stringContaining('a zip archive') as string,
    });
  });
});
