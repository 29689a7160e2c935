import * as tf from '@tensorflow/tfjs';
import {
  disposeNetwork,
  evaluationCall,
  RandomStream,
  stateOf,
  weightsOf,
  type Backend,
  type ComponentChoice,
  type Generator,
} from '@ganymede/core';
import { writeOnnx } from '@ganymede/onnx';
import { savedModelFile, writeSavedModel } from '@ganymede/exporters';
import { SavedModelSession } from '@ganymede/tensorflow';
import { runOnnx, type OnnxRun } from '@ganymede/testing';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContainer } from '../../container.js';

/*
 * Every generator, under every option that changes what it computes, is in onnxruntime and in TensorFlow's loader of
 * SavedModels what it is here.
 */

interface Variant {
  readonly choice: ComponentChoice;
  readonly classes?: number;
  readonly channels?: number;
  /** 32 x 32 by default. */
  readonly size?: { readonly height: number; readonly width: number };
}

const square = { height: 32, width: 32 };
const narrow = { channels: 4, latentSize: 8 };
const biggan = { use: 'biggan', ...narrow, latentSize: 16, attention: [], sharedSize: 4 };
const deep = { use: 'biggan-deep', ...narrow, depth: 1, attention: [], sharedSize: 4 };
const sagan = { use: 'sagan', channels: 16, latentSize: 8, attention: [] };
const r3gan = { use: 'r3gan', channels: 16, latentSize: 8, embeddingSize: 4, groupChannels: 8, blocks: 1 };

const variants: Readonly<Record<string, Variant>> = {
  biggan: { choice: { ...biggan, attention: [16] } },
  'biggan, one class, grey': { choice: biggan, classes: 1, channels: 1 },
  'biggan, tall': { choice: { ...biggan, attention: [16] }, size: { height: 48, width: 32 } },
  'biggan, a latent for all blocks': { choice: { ...biggan, hierarchical: false } },
  'biggan, embeddings of their own': { choice: { ...biggan, hierarchical: false, sharedEmbedding: false } },
  'biggan, no spectral norm, separate upsampling': {
    choice: { ...biggan, spectralNorm: false, fusedScale: false },
  },
  ...Object.fromEntries(
    ['group', 'instance', 'layer'].map((normalization) => [
      `biggan, ${normalization} normalization`,
      { choice: { ...biggan, normalization, groups: 2 } },
    ]),
  ),
  'biggan-deep, alpha': { choice: { ...deep, attention: [16] }, channels: 4 },
  'biggan-deep, group normalization': { choice: { ...deep, normalization: 'group', groups: 1 } },
  'biggan-deep, wide': { choice: deep, size: { height: 32, width: 40 } },
  dcgan: { choice: { use: 'dcgan', ...narrow } },
  fastgan: { choice: { use: 'fastgan', ...narrow }, size: { height: 64, width: 64 } },
  'fastgan, tall, one class': {
    choice: { use: 'fastgan', ...narrow, fusedScale: false },
    classes: 1,
    size: { height: 96, width: 64 },
  },
  sagan: { choice: { ...sagan, attention: [16] } },
  sngan: { choice: { use: 'sngan', ...narrow } },
  'sngan, wide': { choice: { use: 'sngan', ...narrow }, size: { height: 32, width: 48 } },
  'sngan, spectral norm': { choice: { use: 'sngan', ...narrow, spectralNorm: true } },
  r3gan: { choice: r3gan },
  'r3gan, tall': { choice: r3gan, size: { height: 24, width: 16 } },
  'r3gan, one class': { choice: r3gan, classes: 1 },
};

const folder = mkdtempSync(join(tmpdir(), 'ganymede-graphs-'));
let container: Awaited<ReturnType<typeof createContainer>>;
let engine: Backend;
beforeAll(async () => {
  container = await createContainer();
  engine = container.resolve('backend', { use: 'tensorflow', threads: 2 });
  await engine.activate();
});
afterAll(() => {
  engine.dispose();
  rmSync(folder, { recursive: true });
});

/** Every variable gets values of its own, so that none is an identity by its first value. */
function fill(generator: Generator): void {
  const random = RandomStream.create(1, 'values');
  for (const [name, variable] of Object.entries({ ...weightsOf(generator), ...stateOf(generator) }))
    tf.tidy(() => {
      const values = tf.tensor(random.normals(variable.size), variable.shape);
      variable.assign(/variance$/i.test(name) ? values.square().add(0.5) : values.mul(0.15));
    });
}

test('every generator has a variant', () => {
  const ids = container.ids('generator');
  expect([...new Set(Object.values(variants).map(({ choice }) => choice.use))].sort()).toEqual(
    [...ids].sort(),
  );
});

/** A variant with values of its own, and random numbers to draw latents of. */
function made({ choice, classes = 3, channels = 3, size = square }: Variant) {
  const imageShape = { ...size, channels };
  const random = RandomStream.create(0, 'weights');
  const generator = container.resolve('generator', choice).create({ imageShape, classes, random });
  fill(generator);
  return { generator, random, classes };
}

/** Latents and classes of some images, and the images. */
function expectedOf({ generator, random, classes }: ReturnType<typeof made>, count: number) {
  const z = random.normals(count * generator.latentSize);
  const y = Int32Array.from({ length: count }, (_, i) => i % classes);
  const images = tf.tidy(() =>
    generator
      .generate(tf.tensor2d(z, [count, generator.latentSize]), tf.tensor1d(y, 'int32'), evaluationCall)
      .dataSync<'float32'>(),
  );
  return { z, y, images };
}

type Compared = readonly [name: string, found: ArrayLike<number>, expected: Float32Array];

function expectSame(compared: readonly Compared[]): void {
  const spreads = compared.map(([, , expected]) => Math.max(...expected) - Math.min(...expected));
  const differences = compared.map(([name, found, expected]) => {
    const all = expected.map((value, j) => Math.abs(value - found[j]!));
    return [name, found.length === expected.length ? Math.max(...all) : NaN] as const;
  });
  const above = differences.filter(([, difference], i) => !(difference < 1e-4 * Math.max(1, spreads[i]!)));
  expect(above).toEqual([]);
  // Images that are all the same would agree whatever the network does.
  expect(Math.min(...spreads)).toBeGreaterThan(0.05);
}

test('in onnxruntime a generator makes the images that it makes here, whatever their number', async () => {
  const runs: OnnxRun[] = [];
  const expected: (readonly [string, Float32Array])[] = [];
  for (const [name, variant] of Object.entries(variants)) {
    const one = made(variant);
    const { generator } = one;
    const model = join(folder, `${runs.length}.onnx`);
    const { bytes } = await writeOnnx({
      inputs: {
        z: { shape: [generator.latentSize], dtype: 'float32' },
        y: { shape: [], dtype: 'int32', given: 'int64' },
      },
      run: ({ z, y }) => ({
        images: generator.generate(z as tf.Tensor2D, y as tf.Tensor1D, evaluationCall),
      }),
      about: { name, doc: '', metadata: {} },
    });
    writeFileSync(model, bytes);
    // One is enough once: that a size follows the number of images is the same in all of them.
    for (const count of runs.length === 0 ? [1, 3] : [3]) {
      const { z, y, images } = expectedOf(one, count);
      expected.push([`${name}, ${count}`, images]);
      const inputs = {
        z: { type: 'float32', dims: [count, generator.latentSize], data: [...z] },
        y: { type: 'int64', dims: [count], data: [...y] },
      } as const;
      runs.push({ model, inputs });
    }
    disposeNetwork(generator);
  }
  const found = runOnnx(runs);
  expectSame(expected.map(([name, images], i) => [name, found[i]!['images']!.data, images]));
});

test("in TensorFlow's own loader a generator makes the images that it makes here, whatever their number", async () => {
  const compared: Compared[] = [];
  for (const [name, variant] of Object.entries(variants)) {
    const one = made(variant);
    const { generator } = one;
    const { latentSize } = generator;
    const tensors = tf.memory().numTensors;
    const { bytes, inputs } = await writeSavedModel({
      inputs: { z: { shape: [latentSize], dtype: 'float32' }, y: { shape: [], dtype: 'int32' } },
      run: ({ z, y }) => ({
        images: generator.generate(z as tf.Tensor2D, y as tf.Tensor1D, evaluationCall),
      }),
    });
    expect(tf.memory().numTensors).toBe(tensors);
    const model = join(folder, `saved-${compared.length}`);
    mkdirSync(model);
    writeFileSync(join(model, savedModelFile), bytes);
    const session = SavedModelSession.open(model);
    for (const count of [1, 3]) {
      const { z, y, images } = expectedOf(one, count);
      const given = {
        z: { shape: [count, latentSize], dtype: 'float32', data: z },
        ...(inputs.includes('y') && { y: { shape: [count], dtype: 'int32', data: y } as const }),
      } as const;
      const [found] = session.run(given, ['images']);
      const { height, width } = variant.size ?? square;
      expect(found!.shape).toEqual([count, height, width, variant.channels ?? 3]);
      compared.push([`${name}, ${count}`, found!.data, images]);
    }
    session.close();
    disposeNetwork(generator);
  }
  expectSame(compared);
});
