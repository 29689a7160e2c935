import type { WeightFile, WeightRequest, WeightSource, WeightTensor } from '@ganymede/core';
import { componentContract, expectAllclose, featureExtractorContract, useCpu } from '@ganymede/testing';
import * as tf from '@tensorflow/tfjs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSafetensors } from '@ganymede/safetensors';
import { Dinov2, dinov2, type Dinov2Options, type VitResizer } from './dinov2.js';
import { resizePositions } from './vit-positions.js';

componentContract(dinov2);

type Name = 'plain' | 'registers';

/** What transformers makes of weights by chance: see testing/dinov2/make-fixture.py. */
const folder = join(__dirname, '../testing/dinov2');
const golden = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
  readonly shapes: readonly (readonly [number, number])[];
  /** Row 100 of the cropped images, 0..255. */
  readonly cropped: readonly (readonly number[])[];
  readonly features: Readonly<Record<Name, Readonly<Record<VitResizer, readonly (readonly number[])[]>>>>;
};
const heads: Readonly<Record<Name, number>> = { plain: 3, registers: 2 };

const fileOf = (name: Name, changes: Readonly<Record<string, WeightTensor>> = {}): WeightFile => ({
  path: `${name}.safetensors`,
  sha256: 'f00d',
  tensors: { ...parseSafetensors(readFileSync(join(folder, `${name}.safetensors`))).tensors, ...changes },
  metadata: {},
});

function extractor(file: WeightFile, options: Partial<Dinov2Options> = {}): Dinov2 {
  const source: WeightSource = { read: async () => file };
  return new Dinov2(
    { model: 'dinov2-small', resizer: 'hugging-face', heads: null, weights: 'mine', ...options },
    source,
  );
}

function image([height, width]: readonly [number, number]): tf.Tensor4D {
  const values = Float32Array.from({ length: height * width * 3 }, (_, at) => {
    const [i, j, c] = [Math.floor(at / (3 * width)), Math.floor(at / 3) % width, at % 3];
    return ((7 * i + 5 * j + Math.floor((i * j) / 9) + 60 * c) % 256) / 127.5 - 1;
  });
  return tf.tensor4d(values, [1, height, width, 3]);
}

let loaded: Dinov2;
beforeAll(async () => {
  await useCpu();
  loaded = extractor(fileOf('plain'), { heads: heads.plain });
  await loaded.load();
});
afterAll(() => loaded.dispose());

featureExtractorContract(
  {
    name: 'dinov2',
    create: () => ({
      featureSize: loaded.featureSize,
      manifest: loaded.manifest,
      load: () => loaded.load(),
      extract: (images) => loaded.extract(images),
      dispose: () => undefined,
    }),
  },
  { resolution: 8, channels: 3 },
);

describe.each(['plain', 'registers'] as const)('%s', (name) => {
  test.each(['hugging-face', 'clean'] as const)('features are those of transformers: %s', async (resizer) => {
    const own = extractor(fileOf(name), { heads: heads[name], resizer });
    await own.load();
    golden.shapes.forEach((shape, i) => {
      tf.tidy(() => {
        const features = own.extract(image(shape)).features;
        expectAllclose(features.reshape([-1]), golden.features[name][resizer][i]!, {
          rtol: 1e-4,
          atol: 1e-4,
        });
      });
    });
    own.dispose();
  });
});

test('the crop is the processor’s, level by level', () => {
  const [mean, deviation] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ];
  golden.shapes.forEach((shape, i) => {
    tf.tidy(() => {
      const row = loaded.prepare(image(shape)).slice([0, 100, 0, 0], [1, 1, -1, -1]);
      const levels = row.mul(tf.tensor1d(deviation)).add(tf.tensor1d(mean)).mul(255);
      const far = Array.from(levels.dataSync()).map((level, k) => Math.abs(level - golden.cropped[i]![k]!));
      expect(Math.max(...far)).toBeLessThan(1e-3);
    });
  });
});

test('positions of the learned grid stay as they are, a constant stays constant', () => {
  const grid = Float32Array.from({ length: 18 }, (_, i) => Math.sin(i));
  expect([...resizePositions(grid, 3, 3, 2, false)]).toEqual([...grid]);
  for (const antialiased of [false, true])
    expectAllclose(resizePositions(new Float32Array(16).fill(3), 4, 7, 1, antialiased), Array(49).fill(3));
});

test('a classifier’s file holds the same backbone under a prefix', async () => {
  const plain = fileOf('plain');
  const tensors = Object.fromEntries(
    Object.entries(plain.tensors).map(([name, tensor]) => [`dinov2.${name}`, tensor]),
  );
  const own = extractor({ ...plain, tensors }, { heads: 3 });
  await own.load();
  tf.tidy(() => {
    const images = image([40, 40]);
    expectAllclose(own.extract(images).features, loaded.extract(images).features);
  });
  own.dispose();
});

test('what is looked for, and what the manifest says of it', async () => {
  const asked: WeightRequest[] = [];
  const source: WeightSource = {
    read: async (request) => {
      asked.push(request);
      return fileOf('registers');
    },
  };
  const options = { model: 'dinov2-base', resizer: 'clean', heads: 2 } as const;
  const cached = new Dinov2({ ...options, weights: null }, source);
  await cached.load();
  expect(asked[0]).toMatchObject({
    file: 'dinov2-base.safetensors',
    origin: expect.stringMatching(/facebook\/dinov2-base/),
  });
  expect(asked[0]).not.toHaveProperty('path');
  expect(cached.manifest).toEqual({
    extractor: 'dinov2',
    weights: 'dinov2-base',
    weightsSha256: 'f00d',
    network: '16 wide, 1 blocks, 2 heads, patches of 14, 4 registers',
    features: 'class token',
    resizer: 'clean',
    quantization: 'uint8',
  });
  cached.dispose();
  const named = new Dinov2({ ...options, weights: 'x.safetensors' }, source);
  await named.load();
  expect(asked[1]).toMatchObject({ path: 'x.safetensors' });
  expect(named.manifest).toMatchObject({ weights: 'other' });
  named.dispose();
});

test.each<[string, WeightFile, number | null, RegExp]>([
  ['heads that do not divide', fileOf('plain'), 5, /a multiple of 5 channels, for as many heads, got 24/],
  [
    'no heads of 64 channels',
    fileOf('plain'),
    null,
    /a multiple of 64 channels, for the option heads is null/,
  ],
  [
    'another network',
    { ...fileOf('plain'), tensors: {} },
    3,
    /projection\.weight \[\*, 3, \*, \*\], got none/,
  ],
  [
    'patches that do not divide 224',
    fileOf('plain', {
      'embeddings.patch_embeddings.projection.weight': { shape: [24, 3, 15, 15], data: new Float32Array(1) },
    }),
    3,
    /patches divide 224 pixels, got patches of 15/,
  ],
  [
    'a gated MLP, as the giant model has',
    fileOf('plain', { 'encoder.layer.1.mlp.fc2.weight': { shape: [1], data: new Float32Array(1) } }),
    3,
    /encoder\.layer\.1\.mlp\.fc2\.weight \[24, 96\], got \[1\]/,
  ],
  [
    'positions of no square',
    fileOf('plain', {
      'embeddings.position_embeddings': { shape: [1, 9, 24], data: new Float32Array(9 * 24) },
    }),
    3,
    /position_embeddings of a class and a square, got 9/,
  ],
])('%s: refused, and nothing stays', async (_, file, own, message) => {
  const before = tf.memory().numTensors;
  await expect(extractor(file, { heads: own }).load()).rejects.toMatchObject({
    code: 'BAD_WEIGHTS',
    message: expect.stringMatching(message),
  });
  expect(tf.memory().numTensors).toBe(before);
});

test('four channels are refused', () => {
  tf.tidy(() => {
    expect(() => loaded.extract(tf.zeros([1, 8, 8, 4]))).toThrow(
      expect.objectContaining({
        code: 'BAD_IMAGES',
        message: expect.stringMatching(/1 or 3 channels, got 4/),
      }),
    );
  });
});

test('before load it has neither a size nor features', () => {
  expect(() => extractor(fileOf('plain')).featureSize).toThrow(
    expect.objectContaining({ code: 'EXTRACTOR_NOT_LOADED' }),
  );
});
