import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStream, type FeatureSetShape } from '@ganymede/core';
import { Fid, Kid } from '@ganymede/metrics';
import { ReferenceCache } from './reference-cache.js';

const shape: FeatureSetShape = { count: 40, featureSize: 6 };
const conditions = { extractor: 'one', weightsSha256: 'aa', referenceImages: 40 };
const fid = new Fid({ products: 'float64' });
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganymede-references-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function filled(metric: Pick<Fid, 'summary'>) {
  const summary = metric.summary.create(shape);
  await summary.add({ count: 40, features: RandomStream.create(1, 'features').normals(240) });
  return summary;
}

test('what was written comes back, for each kind of summary', async () => {
  const cache = new ReferenceCache(folder);
  const kid = new Kid({
    subsets: 0,
    subsetSize: 2,
    degree: 3,
    gamma: null,
    coefficient: 1,
    products: 'float64',
  });
  for (const metric of [fid, kid]) {
    expect(await cache.read(conditions, metric, shape)).toBeNull();
    const summary = await filled(metric);
    await cache.write(conditions, metric, summary);
    const again = await cache.read(conditions, metric, shape);
    expect(await again!.arrays()).toEqual(await summary.arrays());
  }
  expect(await readdir(folder)).toHaveLength(2);
});

test('another extractor, other weights or images are another file', async () => {
  const cache = new ReferenceCache(folder);
  await cache.write(conditions, fid, await filled(fid));
  for (const change of [{ extractor: 'two' }, { weightsSha256: 'bb' }, { referenceImages: 39 }])
    expect(await cache.read({ ...conditions, ...change }, fid, shape)).toBeNull();
  const reordered = Object.fromEntries(Object.entries(conditions).reverse());
  expect(await cache.read(reordered, fid, shape)).not.toBeNull();
});

test('a file of another extractor under the name of this one counts as missing', async () => {
  const cache = new ReferenceCache(folder);
  await cache.write(conditions, fid, await filled(fid));
  const [own] = await readdir(folder);
  const other = { ...conditions, extractor: 'two' };
  await cache.write(other, fid, await filled(fid));
  const [theirs] = (await readdir(folder)).filter((file) => file !== own);
  await copyFile(join(folder, theirs!), join(folder, own!));
  expect(await cache.read(conditions, fid, shape)).toBeNull();
  expect(await cache.read(other, fid, shape)).not.toBeNull();
});

test('a damaged file counts as missing', async () => {
  const cache = new ReferenceCache(folder);
  await cache.write(conditions, fid, await filled(fid));
  const [file] = await readdir(folder);
  await writeFile(join(folder, file!), 'half a file');
  expect(await cache.read(conditions, fid, shape)).toBeNull();
});

test('a folder that cannot be written to is no error: it is said why nothing is kept', async () => {
  const file = join(folder, 'a-file');
  await writeFile(file, '');
  const cache = new ReferenceCache(join(file, 'references'));
  expect(await cache.write(conditions, fid, await filled(fid))).toMatch(
    /a-file\/references.*got a file where/,
  );
  expect(await cache.read(conditions, fid, shape)).toBeNull();
});
