import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RandomStream, type Dataset, type DatasetOpenContext } from '@ganymede/core';
import sharp, { type Sharp } from 'sharp';
import { mirrorImages, normalizeImages } from './assemble-images.js';
import { BatchLoader, type Batch, type BatchLoaderOptions } from './batch-loader.js';
import { imageFolder } from '@ganymede/datasets';
import { ShapesDataset, shapes } from '@ganymede/shapes';

const root = mkdtempSync(join(tmpdir(), 'ganymede-batches-'));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const openContext = (cacheFolder: string): DatasetOpenContext => ({
  cacheFolder,
  resolution: 8,
  channels: 3,
  strict: false,
});

function solid([r, g, b]: readonly [number, number, number], width: number, height = width): Sharp {
  return sharp({ create: { width, height, channels: 3, background: { r, g, b } } });
}

const count = 23;
const side = 8;

/** Images that are told apart by their first pixel's red, and have a left and a right. */
async function open(memoryMiB: number): Promise<Dataset> {
  const files: Record<string, Buffer> = {};
  for (let i = 0; i < count; i++) {
    const overlay = await solid([200, 200, 200], side / 2, side)
      .png()
      .toBuffer();
    files[`c${i % 3}/${i}.png`] = await solid([i, 0, 0], side)
      .composite([{ input: overlay, left: side / 2, top: 0 }])
      .png()
      .toBuffer();
  }
  const path = join(root, 'images');
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  const options = imageFolder.options.parse({ path, memoryMiB });
  return imageFolder
    .create(options, { runFolder: null, now: () => 0 })
    .open(openContext(join(root, 'cache')));
}

/** Filled before the first test. */
const opened = {} as { inMemory: Dataset; onDisk: Dataset };
const loaders: BatchLoader[] = [];

beforeAll(async () => {
  opened.inMemory = await open(100);
  opened.onDisk = await open(0);
});

afterEach(async () => {
  await Promise.all(loaders.splice(0).map(async (loader) => loader.close()));
});

afterAll(async () => {
  await Promise.all([opened.inMemory.close(), opened.onDisk.close()]);
});

function load(given: Partial<BatchLoaderOptions<'uint8'>> = {}): BatchLoader {
  const loader = new BatchLoader({
    dataset: opened.inMemory,
    batchSize: 5,
    random: RandomStream.create(7, 'data'),
    flip: true,
    ...given,
  });
  loaders.push(loader);
  return loader;
}

/** What tells an image apart, and whether it is mirrored. */
function identify({ images, labels }: Batch): { image: number; flipped: boolean; label: number }[] {
  return Array.from(labels, (label, i) => {
    const left = images[i * side * side * 3]!;
    const right = images[(i * side * side + side - 1) * 3]!;
    const flipped = left === 200;
    return { image: flipped ? right : left, flipped, label };
  });
}

async function take(loader: BatchLoader, batches: number): Promise<ReturnType<typeof identify>> {
  const taken: ReturnType<typeof identify> = [];
  for (let i = 0; i < batches; i++) taken.push(...identify(await loader.next()));
  return taken;
}

const ways = (): [string, Partial<BatchLoaderOptions<'uint8'>>][] => [
  ['worker over memory', { dataset: opened.inMemory }],
  ['worker over the file', { dataset: opened.onDisk }],
  ['this thread over memory', { dataset: opened.inMemory, worker: false }],
  ['this thread over the file', { dataset: opened.onDisk, worker: false }],
  ['on demand', { prefetch: 0 }],
  ['far ahead', { prefetch: 9 }],
];

describe('BatchLoader', () => {
  test('all ways to load give the same batches', async () => {
    const expected = await take(load({ worker: false, prefetch: 0 }), 12);
    expect(expected).toHaveLength(60);
    for (const [name, way] of ways()) expect([name, await take(load(way), 12)]).toEqual([name, expected]);
  });

  test('every image once in each epoch, with its label, epochs in different orders', async () => {
    const taken = await take(load(), count);
    const epochs = [0, 1, 2, 3, 4].map((epoch) => taken.slice(epoch * count, (epoch + 1) * count));
    for (const epoch of epochs) {
      expect(epoch.map(({ image }) => image).sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
      for (const { image, label } of epoch) expect(label).toBe(image % 3);
    }
    expect(new Set(epochs.map((epoch) => epoch.map(({ image }) => image).join())).size).toBe(5);
  });

  test('about half of the images are mirrored, and none without flip', async () => {
    const flips = (await take(load({ batchSize: 100 }), 20)).filter(({ flipped }) => flipped).length;
    // 2000 fair draws: 1000 with a standard deviation of 22.
    expect(Math.abs(flips - 1000)).toBeLessThan(110);
    expect((await take(load({ flip: false }), 10)).some(({ flipped }) => flipped)).toBe(false);
  });

  test('the order does not depend on the batch size', async () => {
    expect(await take(load({ batchSize: 60 }), 1)).toEqual(await take(load({ batchSize: 5 }), 12));
  });

  test("the caller's stream stays where it is", async () => {
    const random = RandomStream.create(7, 'data');
    const before = random.state;
    await take(load({ random }), 3);
    expect(random.state).toEqual(before);
  });

  test.each([0, 1, 4])('resumed anywhere, prefetch %i, it goes on as if never stopped', async (prefetch) => {
    const whole = await take(load({ prefetch }), 16);
    const loader = load({ prefetch });
    // 14 batches of 5 are three epochs of 23 and one image: all kinds of places, an epoch's very end among them.
    for (let batches = 0; batches <= 14; batches++) {
      const state = JSON.parse(JSON.stringify(loader.state)) as unknown;
      const resumed = load({ prefetch, random: RandomStream.create(99, 'other') });
      resumed.restore(state);
      expect(resumed.state).toEqual(state);
      expect(await take(resumed, 2)).toEqual(whole.slice(5 * batches, 5 * batches + 10));
      await resumed.close();
      await loader.next();
    }
  });

  test('a state at the very end of an epoch resumes with the next', async () => {
    const whole = await take(load({ batchSize: count }), 3);
    const loader = load({ batchSize: count });
    await loader.next();
    expect(loader.state).toMatchObject({ epoch: 1, cursor: 0 });
    const resumed = load({ batchSize: count });
    resumed.restore(loader.state);
    expect(await take(resumed, 2)).toEqual(whole.slice(count));
  });

  test('restore drops what was assembled ahead', async () => {
    const loader = load({ prefetch: 4 });
    const start = loader.state;
    const first = await take(loader, 3);
    loader.restore(start);
    expect(await take(loader, 3)).toEqual(first);
  });

  test('float32 is v / 127.5 - 1, in the worker and here', async () => {
    const bytes = await load().next();
    for (const worker of [true, false]) {
      const loader = new BatchLoader({
        dataset: opened.inMemory,
        batchSize: 5,
        random: RandomStream.create(7, 'data'),
        flip: true,
        format: 'float32',
        worker,
      });
      const { images } = await loader.next();
      await loader.close();
      expect(images.constructor.name).toBe('Float32Array');
      expect([...images]).toEqual(Array.from(bytes.images, (value) => Math.fround(value / 127.5 - 1)));
    }
  });

  test('overlapping calls are answered in order', async () => {
    const expected = await take(load({ prefetch: 0 }), 4);
    const loader = load({ prefetch: 1 });
    const batches = await Promise.all([loader.next(), loader.next(), loader.next(), loader.next()]);
    expect(batches.flatMap(identify)).toEqual(expected);
  });

  test('a dataset that no other thread can read is read here', async () => {
    const options = shapes.options.parse({ count: 30 });
    const dataset = await shapes
      .create(options, { runFolder: null, now: () => 0 })
      .open(openContext('unused'));
    const { images, labels } = await load({ dataset, batchSize: 30, flip: false }).next();
    expect(images).toHaveLength(30 * side * side * 3);
    expect([...labels].sort()).toEqual([...dataset.labels()].sort());
  });

  test('batches are the caller’s to change', async () => {
    const loader = load({ batchSize: count, flip: false, worker: false });
    (await loader.next()).images.fill(0);
    expect(new Set(identify(await loader.next()).map(({ image }) => image)).size).toBe(count);
  });

  test('refuses options and states that cannot be', () => {
    expect(() => load({ batchSize: 0 })).toThrow('batchSize: expected a positive integer, got 0');
    expect(() => load({ prefetch: -1 })).toThrow('prefetch: expected a non-negative integer, got -1');
    const loader = load();
    const refuse = (state: unknown, message: string): void => {
      expect(() => {
        loader.restore(state);
      }).toThrow(
        expect.objectContaining({
          code: 'BAD_LOADER_STATE',
          message: expect.stringContaining(message) as string,
        }),
      );
    };
    refuse(null, 'expected a saved state of a batch loader');
    refuse({ ...loader.state, epoch: -1 }, 'epoch');
    refuse({ ...loader.state, cursor: count }, `with a cursor below ${count}`);
    refuse({ ...loader.state, fingerprint: 'f'.repeat(64) }, 'got data ffffffffffff');
  });

  test('a failed read is thrown by the call it is for', async () => {
    const broken: Dataset = {
      ...opened.inMemory,
      imageShape: opened.inMemory.imageShape,
      length: count,
      labels: () => opened.inMemory.labels(),
      read: async () => Promise.reject(new Error('disk on fire')),
      close: async () => Promise.resolve(),
    };
    delete (broken as { packed?: unknown }).packed;
    const loader = load({ dataset: broken });
    await expect(loader.next()).rejects.toThrow('disk on fire');
  });

  test('a cache that is not there when the worker starts is a coded error', async () => {
    const options = imageFolder.options.parse({ path: join(root, 'images'), memoryMiB: 0 });
    const cacheFolder = join(root, 'vanishing');
    const dataset = await imageFolder
      .create(options, { runFolder: null, now: () => 0 })
      .open(openContext(cacheFolder));
    await rm(cacheFolder, { recursive: true });
    await expect(load({ dataset }).next()).rejects.toMatchObject({ code: 'BATCH_NOT_READ' });
  });

  test('closed, it says so; closing twice and with batches under way is fine', async () => {
    const loader = load({ prefetch: 5 });
    await loader.next();
    const pending = loader.next();
    await Promise.all([loader.close(), pending.catch(() => undefined)]);
    await loader.close();
    await expect(loader.next()).rejects.toMatchObject({ code: 'LOADER_CLOSED' });
    expect(() => {
      loader.restore({});
    }).toThrow('expected an open loader');
  });
});

describe('mirrorImages', () => {
  test.each([1, 2, 3, 8])('width %i: turns rows around, pixels stay whole', (width) => {
    const shape = { height: 3, width, channels: 2 };
    const images = Uint8Array.from({ length: 2 * 3 * width * 2 }, (_, i) => i);
    const expected = Uint8Array.from(images);
    for (let row = 0; row < 3; row++)
      for (let column = 0; column < width; column++)
        for (let channel = 0; channel < 2; channel++)
          expected[((3 + row) * width + column) * 2 + channel] =
            images[((3 + row) * width + width - 1 - column) * 2 + channel]!;
    const mirrored = images.slice();
    mirrorImages(mirrored, Uint8Array.of(0, 1), shape);
    expect(mirrored).toEqual(expected);
    mirrorImages(mirrored, Uint8Array.of(0, 1), shape);
    expect(mirrored).toEqual(images);
  });
});

test('normalizeImages maps 0 and 255 to the ends', () => {
  expect([...normalizeImages(Uint8Array.of(0, 255))]).toEqual([-1, 1]);
});

test('a loader of some images hands out these in every epoch, and goes on from its state', async () => {
  const dataset = new ShapesDataset(shapes.options.parse({ count: 40, shapes: ['circle', 'star'] }), 8, 3);
  const indices = Uint32Array.of(1, 2, 30, 31, 32, 39);
  const options = { dataset, batchSize: 3, random: RandomStream.create(1, 'data'), indices, worker: false };
  const loader = new BatchLoader(options);
  const wanted = await dataset.read(indices);
  const size = wanted.length / indices.length;
  const shown = (images: Uint8Array): string[] =>
    Array.from({ length: images.length / size }, (_, i) => images.subarray(i * size, (i + 1) * size).join());
  const first = await loader.next();
  const saved = loader.state;
  const second = await loader.next();
  expect([...shown(first.images), ...shown(second.images)].sort()).toEqual(shown(wanted).sort());
  const resumed = new BatchLoader(options);
  resumed.restore(saved);
  expect(await resumed.next()).toEqual(second);
  await Promise.all([loader.close(), resumed.close()]);
});
