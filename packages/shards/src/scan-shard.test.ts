import { mkdirSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openContext, solidPng, temporaryFolder, writeTar } from '../testing/make-shards.js';
import { decodeRows, encodeRows } from './shard-rows.js';
import type { ShardsDataset } from './shards-dataset.js';
import { Shards, shards, type ShardsOptions } from './shards.js';

const root = temporaryFolder();
let folders = 0;
const fresh = (): string => {
  const folder = join(root, `set-${folders++}`);
  mkdirSync(folder);
  return folder;
};

const context = (cacheFolder = join(root, 'cache')) =>
  openContext(cacheFolder, { now: () => Date.now() + 60_000 });
const opened: ShardsDataset[] = [];
afterAll(async () => {
  for (const dataset of opened) await dataset.close();
});

async function open(
  path: string,
  given: Partial<ShardsOptions> = {},
  cacheFolder?: string,
): Promise<ShardsDataset> {
  const dataset = await new Shards(shards.options.parse({ path, ...given })).open(context(cacheFolder));
  opened.push(dataset);
  return dataset;
}

type Files = Record<string, Buffer | string>;

/** Samples as WebDataset has them, beside other members. */
async function samples(labels: readonly number[], start = 0, prefix = ''): Promise<Files> {
  const files: Files = {};
  for (const [i, label] of labels.entries()) {
    const key = `${prefix}${String(start + i).padStart(4, '0')}`;
    files[`${key}.png`] = await solidPng([start + i, 0, 0]);
    files[`${key}.cls`] = `${label}\n`;
    files[`${key}.json`] = '{"other": true}';
  }
  return files;
}

const redsOf = async (dataset: { length: number; read(indices: number[]): Promise<Uint8Array> }) => {
  const pixels = await dataset.read(Array.from({ length: dataset.length }, (_, i) => i));
  return Array.from({ length: dataset.length }, (_, i) => pixels[i * 192]);
};

test.each(['gnu', 'pax', 'ustar'])('shards without an index, written by tar as %s', async (format) => {
  const folder = fresh();
  // Names of more than 100 bytes, which each format writes in a way of its own, and of other than ASCII.
  const prefix = `${format === 'ustar' ? 'x' : 'ö'.repeat(40)}${'long'.repeat(20)}/`;
  writeTar(join(folder, 'b-1.tar'), await samples([5, 2], 2, prefix), format);
  writeTar(join(folder, 'b-0.tar'), await samples([2, 9], 0, prefix), format);
  const dataset = await open(folder);
  expect(dataset.classes).toEqual(['2', '5', '9']);
  expect([...dataset.labels()]).toEqual([0, 2, 1, 0]);
  expect(await redsOf(dataset)).toEqual([0, 1, 2, 3]);
  expect(await dataset.names()).toHaveLength(4);
  await dataset.close();
});

test('a pattern, a single tar, and names of classes in a file beside them', async () => {
  const folder = fresh();
  for (const [i, labels] of [[0, 1], [1], [1, 0]].entries())
    writeTar(join(folder, `train-00${i}.tar`), await samples(labels, 10 * i));
  const two = await open(join(folder, 'train-{000..001}.tar'));
  expect([two.length, two.classes]).toEqual([3, ['0', '1']]);
  const one = await open(join(folder, 'train-002.tar'));
  expect(await redsOf(one)).toEqual([20, 21]);
  writeFileSync(join(folder, 'classes.txt'), 'cat\ndog\n');
  expect((await open(folder)).classes).toEqual(['cat', 'dog']);
  writeFileSync(join(folder, 'classes.txt'), 'cat\n');
  await expect(open(folder)).rejects.toMatchObject({
    code: 'SHARD_BAD_LABEL',
    message: expect.stringMatching(/train-000\.tar: 0001\.png: expected a label below 1.*got 1/),
  });
  await expect(open(join(folder, 'train-{000..003}.tar'))).rejects.toMatchObject({
    code: 'SHARD_MISSING',
    message: expect.stringContaining('train-003.tar'),
  });
});

test('they are read once: what was found is kept until a shard changes', async () => {
  const folder = fresh();
  const file = writeTar(join(folder, 'a.tar'), await samples([0, 1]));
  const cacheFolder = join(root, 'own-cache');
  const first = await open(folder, {}, cacheFolder);
  expect([...first.labels()]).toEqual([0, 1]);
  // Other rows in the cache are what a second opening finds, which shows that it reads no shard.
  const [kept] = readdirSync(join(cacheFolder, 'shard-rows'));
  const rowsFile = join(cacheFolder, 'shard-rows', kept!);
  const rows = decodeRows(readFileSync(rowsFile), rowsFile);
  rows.labels.set([1, 0]);
  writeFileSync(rowsFile, encodeRows(rows));
  expect([...(await open(folder, {}, cacheFolder)).labels()]).toEqual([1, 0]);
  // Rows that are damaged are found anew.
  truncateSync(rowsFile, 20);
  expect([...(await open(folder, {}, cacheFolder)).labels()]).toEqual([0, 1]);
  writeTar(file, await samples([1, 1, 0], 50));
  utimesSync(file, 1, 1);
  expect(await redsOf(await open(folder, {}, cacheFolder))).toEqual([50, 51, 52]);
});

test('without labels all images are of one class, with a note', async () => {
  const folder = fresh();
  writeTar(join(folder, 'a.tar'), { '0.png': await solidPng([1, 0, 0]), '1.png': await solidPng([2, 0, 0]) });
  const dataset = await open(folder);
  expect([dataset.classes, [...dataset.labels()]]).toEqual([['all'], [0, 0]]);
  expect(dataset.report.notes).toEqual(['all images are of one class (the shards have no .cls)']);
});

const png = async () => solidPng([1, 0, 0]);
test.each<[string, string, string, () => Promise<Files>]>([
  [
    'a label that is none',
    'SHARD_BAD_LABEL',
    'a.cls',
    async () => ({ 'a.png': await png(), 'a.cls': 'cat' }),
  ],
  ['a label below 0', 'SHARD_BAD_LABEL', 'a.cls', async () => ({ 'a.png': await png(), 'a.cls': '-1' })],
  [
    'one image without a label',
    'SHARD_BAD_LABEL',
    'b.png',
    async () => ({ 'a.png': await png(), 'a.cls': '0', 'b.png': await png() }),
  ],
  [
    'a label without an image',
    'SHARD_BAD_IMAGE',
    'b.cls',
    async () => ({ 'a.png': await png(), 'a.cls': '0', 'b.cls': '1' }),
  ],
  ['a member that is no image', 'SHARD_BAD_IMAGE', 'a.jpg', async () => ({ 'a.jpg': 'hello', 'a.cls': '0' })],
  [
    'two images in a sample',
    'SHARD_AMBIGUOUS',
    'a.input.png',
    async () => ({ 'a.input.png': await png(), 'a.mask.png': await png(), 'a.cls': '0' }),
  ],
  ['no image', 'SHARDS_NOT_FOUND', 'a.tar', async () => ({ 'a.txt': 'hello' })],
])('%s is %s, named', async (_, code, member, files) => {
  const folder = fresh();
  writeTar(join(folder, 'a.tar'), await files());
  await expect(open(folder)).rejects.toMatchObject({ code, message: expect.stringContaining(member) });
  await expect(open(folder)).rejects.toMatchObject({ message: expect.stringContaining('a.tar') });
});

test('of several images in a sample, the option says which', async () => {
  const folder = fresh();
  writeTar(join(folder, 'a.tar'), {
    'a.input.png': await solidPng([3, 0, 0]),
    'a.mask.png': await solidPng([4, 0, 0]),
    'a.cls': '0',
    'b.input.png': await solidPng([5, 0, 0]),
    'b.mask.png': await solidPng([6, 0, 0]),
    'b.cls': '0',
  });
  expect(await redsOf(await open(folder, { image: 'mask.png' }))).toEqual([4, 6]);
  expect(await redsOf(await open(folder, { image: 'input.png' }))).toEqual([3, 5]);
});

test('a tar that is cut off or damaged is named', async () => {
  const folder = fresh();
  const file = writeTar(join(folder, 'a.tar'), await samples([0, 1]));
  const bytes = readFileSync(file);
  for (const size of [700, 512, 1024, bytes.indexOf('0001.json') + 512 + 10]) {
    writeFileSync(file, bytes);
    truncateSync(file, size);
    await expect(open(folder)).rejects.toMatchObject({
      code: 'SHARD_DAMAGED',
      message: expect.stringMatching(/a\.tar.*cut off/),
    });
  }
  const harmed = Buffer.from(bytes);
  harmed[harmed.indexOf('0001.png') + 2]! ^= 1;
  writeFileSync(file, harmed);
  await expect(open(folder)).rejects.toMatchObject({
    code: 'SHARD_DAMAGED',
    message: expect.stringMatching(/has no header of a tar at byte \d+/),
  });
});
