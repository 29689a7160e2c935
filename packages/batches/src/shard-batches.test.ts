import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStream, type Dataset, type DatasetOpenContext } from '@ganymede/core';
import { ImageFolder, imageFolder } from '@ganymede/datasets';
import { packShards, Shards, shards } from '@ganymede/shards';
import sharp from 'sharp';
import { BatchLoader, type BatchLoaderOptions } from './batch-loader.js';

const root = mkdtempSync(join(tmpdir(), 'ganymede-shard-batches-'));
const context: DatasetOpenContext = {
  cacheFolder: join(root, 'cache'),
  resolution: 8,
  channels: 3,
  strict: true,
};
let folder: Dataset;
let packed: Dataset;

beforeAll(async () => {
  for (let i = 0; i < 37; i++) {
    const path = join(root, 'images', `c${i % 3}`);
    mkdirSync(path, { recursive: true });
    const pixels = Buffer.from(Array.from({ length: 192 }, (_, at) => (i * 31 + at * 7) % 256));
    const png = await sharp(pixels, { raw: { width: 8, height: 8, channels: 3 } })
      .png()
      .toBuffer();
    writeFileSync(join(path, `${i}.png`), png);
  }
  const source = new ImageFolder(imageFolder.options.parse({ path: join(root, 'images') }));
  folder = await source.open(context);
  await packShards(await source.files(context), { folder: join(root, 'shards'), shardBytes: 8192 });
  packed = await new Shards(shards.options.parse({ path: join(root, 'shards') })).open(context);
});

afterAll(async () => {
  await folder.close();
  await packed.close();
  rmSync(root, { recursive: true, force: true });
});

const loaderOf = (dataset: Dataset, given: Partial<BatchLoaderOptions> = {}): BatchLoader =>
  new BatchLoader({ dataset, batchSize: 8, random: RandomStream.create(3, 'data'), flip: true, ...given });

test.each([
  ['every image once', {}],
  ['rare classes more often', { classExponent: 0.5 }],
  ['some images', { indices: Uint32Array.from({ length: 20 }, (_, i) => i + 9) }],
])('shards give the batches of the folder they were packed from: %s', async (_, given) => {
  const [one, other] = [loaderOf(folder, given), loaderOf(packed, given)];
  for (let batch = 0; batch < 12; batch++) {
    const [expected, got] = [await one.next(), await other.next()];
    expect(got.labels).toEqual(expected.labels);
    expect(Buffer.from(got.images)).toEqual(Buffer.from(expected.images));
  }
  await one.close();
  await other.close();
});

test('resumed in the middle of an epoch, they go on where they were', async () => {
  const whole = loaderOf(packed);
  for (let batch = 0; batch < 7; batch++) await whole.next();
  const state = JSON.parse(JSON.stringify(whole.state));
  const rest = [await whole.next(), await whole.next()];
  await whole.close();
  const resumed = loaderOf(packed, { random: RandomStream.create(99, 'data') });
  resumed.restore(state);
  expect([await resumed.next(), await resumed.next()]).toEqual(rest);
  await resumed.close();
  const other = loaderOf(folder);
  expect(() => other.restore(state)).toThrow(expect.objectContaining({ code: 'BAD_LOADER_STATE' }));
  await other.close();
});

test('damage in the middle of an epoch is the error of the batch that it is in', async () => {
  const broken: Dataset = {
    ...packed,
    labels: () => packed.labels(),
    close: async () => undefined,
    read: async (indices) => {
      if (Array.from(indices).includes(5))
        throw Object.assign(new Error('damage'), { code: 'SHARD_DAMAGED' });
      return packed.read(indices);
    },
  };
  const loader = loaderOf(broken);
  const seen: string[] = [];
  for (let batch = 0; batch < 5; batch++)
    seen.push(
      await loader.next().then(
        () => 'batch',
        (error: unknown) => (error as Error).message,
      ),
    );
  expect(seen.filter((one) => one === 'damage')).toHaveLength(1);
  await loader.close();
});
