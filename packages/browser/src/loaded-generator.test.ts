import * as tf from '@tensorflow/tfjs';
import { disposeNetwork, evaluationCall, RandomStream, weightsOf, type Generator } from '@ganymede/core';
import { GatheredImages } from './gathered-images.js';
import { LoadedGenerator, rgba } from './loaded-generator.js';
import type { GenerateRequest } from './request.js';
import { address, classes, exportedFolder, serving, trainedGenerator } from './testing/exported-folder.js';

let network: Generator;
beforeAll(async () => {
  await tf.setBackend('cpu');
  network = trainedGenerator();
});

const load = (files = exportedFolder(network)) => LoadedGenerator.load(address, { get: serving(files) });

async function pixelsOf(generator: LoadedGenerator, request: GenerateRequest): Promise<number[]> {
  const all: number[] = [];
  for await (const { pixels } of generator.generate(request)) all.push(...pixels);
  return all;
}

/** What the network that was trained makes, as the toolkit samples it. */
function expected(z: Float32Array, y: readonly number[][]): number[] {
  const images = tf.tidy(() =>
    network.generate(
      tf.tensor2d(z, [y.length, network.latentSize]),
      tf.tensor2d(y as number[][]),
      evaluationCall,
    ),
  );
  const values = images.dataSync() as Float32Array;
  images.dispose();
  return [...rgba(values, y.length, network.imageShape as never)];
}

const normals = (count: number, seed: number): Float32Array =>
  RandomStream.create(seed, 'sample-latent').normals(count * network.latentSize);

function expectClose(found: readonly number[], wanted: readonly number[], tolerance: number): void {
  expect(found.length).toBe(wanted.length);
  expect(Math.max(...found.map((value, i) => Math.abs(value - wanted[i]!)))).toBeLessThanOrEqual(tolerance);
}

test('images are those of the network that was trained, with spectral norm folded in and half the bytes', async () => {
  const generator = await load();
  const found = await pixelsOf(generator, { class: 'square', seed: 5, count: 3 });
  const square = [0, 1, 0];
  const wanted = expected(normals(3, 5), [square, square, square]);
  expectClose(found, wanted, 2);
  // The check can fail: another class is another image.
  const other = await pixelsOf(generator, { class: 'circle', seed: 5, count: 3 });
  expect(Math.max(...other.map((value, i) => Math.abs(value - wanted[i]!)))).toBeGreaterThan(10);
  generator.dispose();
});

test.each([
  { use: 'r3gan', channels: 8, groupChannels: 8, blocks: 1, latentSize: 8, embeddingSize: 4 },
  { use: 'dcgan', channels: 2, latentSize: 8 },
  { use: 'fastgan', channels: 2, latentSize: 8 },
])('images of $use too', async (choice) => {
  const own = trainedGenerator(choice);
  // DCGAN begins with weights so small, beside the averages that were added, that its images are grey.
  if (choice.use === 'dcgan')
    for (const weight of Object.values(weightsOf(own))) tf.tidy(() => weight.assign(weight.mul(20)));
  const generator = await load(exportedFolder(own, undefined, choice));
  const found = await pixelsOf(generator, { class: 'square', seed: 5, count: 2 });
  const values = tf.tidy(() => {
    const z = tf.tensor2d(RandomStream.create(5, 'sample-latent').normals(2 * 8), [2, 8]);
    return own.generate(z, tf.tensor1d([1, 1], 'int32'), evaluationCall).dataSync<'float32'>();
  });
  const wanted = [...rgba(values, 2, own.imageShape as never)];
  expectClose(found, wanted, 2);
  expect(new Set(wanted).size).toBeGreaterThan(10);
  generator.dispose();
  disposeNetwork(own);
});

test('images that are not square: rows follow rows', async () => {
  const own = trainedGenerator(undefined, { height: 48, width: 32 });
  const generator = await load(exportedFolder(own));
  const found = await pixelsOf(generator, { class: 'square', seed: 5, count: 2 });
  const image = tf.tidy(() => {
    const z = tf.tensor2d(RandomStream.create(5, 'sample-latent').normals(2 * 8), [2, 8]);
    return own.generate(z, tf.tensor1d([1, 1], 'int32'), evaluationCall).arraySync();
  });
  expect([image.length, image[0]!.length, image[0]![0]!.length]).toEqual([2, 48, 32]);
  const wanted = image
    .flat(2)
    .flatMap((pixel) => [...pixel.map((v) => Math.floor((v + 1) * 127.5 + 0.5)), 255]);
  expectClose(found, wanted, 2);
  expect(new Set(wanted).size).toBeGreaterThan(10);
  generator.dispose();
  disposeNetwork(own);
});

test('batches do not change images, and a mixture lies between classes', async () => {
  const generator = await load();
  const mixture = { circle: 0.25, 7: 0.75 };
  const all = await pixelsOf(generator, { mixture, seed: 1, count: 9 });
  const rows = Array.from({ length: 9 }, () => [0.25, 0, 0.75]);
  expectClose(all, expected(normals(9, 1), rows), 2);
  const first = await pixelsOf(generator, { mixture, seed: 1, count: 1 });
  expectClose(first, all.slice(0, first.length), 1);
  generator.dispose();
});

test('the numbers of images come where they are asked for, without those that fill a batch up', async () => {
  const generator = await load();
  const gathered = new GatheredImages(generator.config.imageShape, 9, true);
  const done: number[] = [];
  for await (const batch of generator.generate({ class: 0, seed: 4, count: 9, values: true }))
    done.push(gathered.add(batch));
  const { values, pixels } = gathered.whole(1);
  expect(done).toEqual([8, 9]);
  expect(values).toHaveLength(9 * 32 * 32 * 3);
  expect([...rgba(values!, 9, generator.config.imageShape)]).toEqual([...pixels]);
  for await (const batch of generator.generate({ count: 1 })) expect(batch.values).toBeNull();
  generator.dispose();
});

test('classes are spread as the CLI spreads them where none is named', async () => {
  const generator = await load();
  const rows = [0, 0, 1, 1, 2].map((label) => classes.map((_, i) => (i === label ? 1 : 0)));
  expectClose(await pixelsOf(generator, { count: 5 }), expected(normals(5, 0), rows), 2);
  generator.dispose();
});

test('statistics of a truncation are taken when they are asked for, and given back', async () => {
  const generator = await load();
  const request = { class: 0, seed: 2, truncation: { convention: 'resample', threshold: 0.5 } } as const;
  const running = await pixelsOf(generator, request);
  // The first row of the tables is the running averages.
  expect(await pixelsOf(generator, { ...request, statistics: 'truncation' })).toEqual(running);
  const shifted = await pixelsOf(generator, {
    ...request,
    truncation: { convention: 'resample', threshold: 1 },
    statistics: 'truncation',
  });
  const same = await pixelsOf(generator, {
    ...request,
    truncation: { convention: 'resample', threshold: 1 },
  });
  expect(shifted).not.toEqual(same);
  expect(await pixelsOf(generator, request)).toEqual(running);
  await expect(
    pixelsOf(generator, { truncation: { convention: 'std', threshold: 1 }, statistics: 'truncation' }),
  ).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  generator.dispose();
});

test('a request between two batches of another does not lend it its statistics', async () => {
  const generator = await load();
  const plain = { class: 0, seed: 3, count: 16 };
  const truncated = {
    ...plain,
    truncation: { convention: 'resample', threshold: 1 },
    statistics: 'truncation',
  } as const;
  const alone = await pixelsOf(generator, plain);
  const between: number[] = [];
  for await (const { pixels } of generator.generate(plain)) {
    between.push(...pixels);
    await pixelsOf(generator, truncated);
  }
  expect(between).toEqual(alone);
  generator.dispose();
});

test('nothing is left behind', async () => {
  const before = tf.memory().numTensors;
  const generator = await load();
  await pixelsOf(generator, { count: 2 });
  const loaded = tf.memory().numTensors;
  await pixelsOf(generator, { count: 3, seed: 3 });
  expect(tf.memory().numTensors).toBe(loaded);
  generator.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('progress ends with all bytes', async () => {
  const seen: [number, number][] = [];
  const files = exportedFolder(network);
  const generator = await LoadedGenerator.load(address, {
    get: serving(files),
    onProgress: (loaded, total) => seen.push([loaded, total]),
  });
  const total = [...files].reduce(
    (sum, [name, { length }]) => sum + (name === 'config.json' ? 0 : length),
    0,
  );
  expect(seen[0]).toEqual([0, total]);
  expect(seen.at(-1)).toEqual([total, total]);
  expect(seen.length).toBeGreaterThan(5);
  generator.dispose();
});

test('files may lie under addresses of their own', async () => {
  const files = exportedFolder(network);
  const moved: ReturnType<typeof exportedFolder> = new Map();
  const addresses: Record<string, string> = {};
  for (const [name, content] of files) {
    moved.set(`assets/${name.length}-${name}`, content);
    addresses[name] = `${address}assets/${name.length}-${name}`;
  }
  const generator = await LoadedGenerator.load('https://example.test/elsewhere/', {
    get: serving(moved),
    addresses,
  });
  const request = { class: 0, count: 1 };
  const beside = await load();
  expect(await pixelsOf(generator, request)).toEqual(await pixelsOf(beside, request));
  generator.dispose();
  beside.dispose();
});

test('loading and generating end where they are aborted', async () => {
  const abort = new AbortController();
  const loading = LoadedGenerator.load(address, {
    get: serving(exportedFolder(network)),
    signal: abort.signal,
    onProgress: (loaded) => loaded > 2000 && abort.abort(new Error('enough')),
  });
  await expect(loading).rejects.toThrow('enough');
  const generator = await load();
  const second = new AbortController();
  const batches = generator.generate({ count: 30 }, second.signal);
  await batches.next();
  second.abort(new Error('no more'));
  await expect(batches.next()).rejects.toThrow('no more');
  generator.dispose();
});

describe('what is damaged or does not fit is refused', () => {
  const changed = (name: string, change: (bytes: Uint8Array) => Uint8Array) => {
    const files = exportedFolder(network);
    return files.set(name, change(files.get(name)!));
  };
  const flipped = (at: number) => (bytes: Uint8Array) => {
    const copy = bytes.slice();
    copy[at]! ^= 1;
    return copy;
  };
  const weights = 'model-00002-of-00002.safetensors';
  test.each([
    ['a bit that flipped', () => changed(weights, flipped(600)), 'GENERATOR_DAMAGED', /SHA-256/],
    [
      'a file cut short',
      () => changed(weights, (bytes) => bytes.slice(0, -1)),
      'GENERATOR_DAMAGED',
      /expected \d+ bytes, got \d+/,
    ],
    [
      'a file too long',
      () => changed(weights, (bytes) => new Uint8Array([...bytes, 0])),
      'GENERATOR_DAMAGED',
      /got more/,
    ],
    [
      'a config that is no JSON',
      () => changed('config.json', () => new TextEncoder().encode('<html>')),
      'GENERATOR_DAMAGED',
      /expected JSON/,
    ],
    ['a missing config', () => new Map(), 'GENERATOR_NOT_FOUND', /status 404/],
    [
      'missing weights',
      () => {
        const files = exportedFolder(network);
        files.delete(weights);
        return files;
      },
      'GENERATOR_NOT_FOUND',
      /status 404/,
    ],
    [
      'another format',
      () => exportedFolder(network, (config) => ({ ...config, format: 'x' })),
      'GENERATOR_DAMAGED',
      /got "x"/,
    ],
    [
      'a newer version',
      () => exportedFolder(network, (config) => ({ ...config, version: 2 })),
      'GENERATOR_TOO_NEW',
      /got 2/,
    ],
    [
      'an unknown network',
      () => exportedFolder(network, (config) => ({ ...config, generator: { use: 'mine' } })),
      'GENERATOR_INCOMPATIBLE',
      /got mine/,
    ],
    [
      'an unknown option',
      () => exportedFolder(network, (config) => ({ ...config, generator: { ...config.generator, wide: 1 } })),
      'GENERATOR_INCOMPATIBLE',
      /wide/,
    ],
    [
      'a wider network',
      () =>
        exportedFolder(network, (config) => ({ ...config, generator: { ...config.generator, channels: 4 } })),
      'GENERATOR_INCOMPATIBLE',
      /expected \[/,
    ],
    [
      'other layers',
      () =>
        exportedFolder(network, (config) => ({
          ...config,
          generator: { ...config.generator, attention: [] },
        })),
      'GENERATOR_INCOMPATIBLE',
      /weights of the network alone/,
    ],
    [
      'too few classes',
      () => exportedFolder(network, (config) => ({ ...config, classes: ['a'] })),
      'GENERATOR_INCOMPATIBLE',
      /expected \[1, 4\]/,
    ],
    [
      'a file elsewhere',
      () =>
        exportedFolder(network, (config) => ({
          ...config,
          weights: { ...config.weights, files: [{ ...config.weights.files[0]!, name: '../other' }] },
        })),
      'GENERATOR_DAMAGED',
      /weights.files.0.name/,
    ],
    [
      'a table of other rows',
      () =>
        exportedFolder(network, (config) => ({
          ...config,
          statistics: { ...config.statistics, thresholds: [1] },
        })),
      'GENERATOR_INCOMPATIBLE',
      /statistics/,
    ],
  ])('%s', async (_, files, code, message) => {
    const tensors = tf.memory().numTensors;
    const error = await load(files()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toMatch(message);
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

test.each([
  [{ class: 'star' }, /expected one of circle, square, 7, got star/],
  [{ class: 3 }, /got 3/],
  [{ class: '' }, /class/],
  [{ class: 0, mixture: { circle: 1 } }, /got both/],
  [{ mixture: { circle: NaN } }, /mixture.circle/],
  [{ count: 0 }, /count/],
  [{ count: 1.5 }, /count/],
  [{ count: 1e6 }, /count/],
  [{ seed: -1 }, /seed/],
  [{ latents: new Float32Array(3) }, /latents/],
  [{ truncation: { convention: 'paper', threshold: 1 } }, /convention/],
  [{ truncation: { convention: 'resample', threshold: 0 } }, /threshold/],
] as [GenerateRequest, RegExp][])('the request %j is refused', async (request, message) => {
  const generator = await load();
  await expect(pixelsOf(generator, request)).rejects.toThrow(message);
  generator.dispose();
});

test('gray becomes RGB, and the ends are whole', () => {
  const shape = { height: 1, width: 3, channels: 1 } as const;
  expect([...rgba(Float32Array.of(-1, 0, 1), 1, shape)]).toEqual([
    0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255,
  ]);
});
