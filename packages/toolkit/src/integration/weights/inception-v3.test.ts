import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSafetensors, type HostTensors } from '@ganymede/checkpoints';
import { writeTorchFile } from '@ganymede/torch-files';
import type { Backend, FeatureExtractor } from '@ganymede/core';
import { expectAllclose, expectNoLeak, featureExtractorContract } from '@ganymede/testing';
import * as tf from '@tensorflow/tfjs';
import { ruleWeights } from '../../../testing/inception/rule-weights.js';
import { createContainer } from '../../container.js';
import { FileWeights } from '../../file-weights.js';

const fixture = join(__dirname, '../../../testing/inception');
let folder: string;
let path: string;
let backend: Backend;
let expected: HostTensors;
let inception: FeatureExtractor;
/** Reading and folding 24 million weights takes its time on a busy machine. */
const patience = 300_000;

/** An extractor with the fixture's weights, read from a file of torch's format. */
async function extractor(options: Record<string, unknown> = {}): Promise<FeatureExtractor> {
  const container = await createContainer({ weights: new FileWeights(folder, Date) });
  const made = container.resolve('featureExtractor', { use: 'inception-v3', weights: path, ...options });
  await made.load();
  return made;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganymede-inception-'));
  path = join(folder, 'rule.pth');
  const { keys } = JSON.parse(await readFile(join(fixture, 'inception_keys.json'), 'utf8'));
  await writeTorchFile(path, ruleWeights(keys));
  expected = await readSafetensors(join(fixture, 'inception.safetensors'));
  backend = (await createContainer()).resolve('backend', { use: 'tensorflow' });
  await backend.activate();
  inception = await extractor({ logits: 'biased' });
}, patience);

afterAll(async () => {
  inception.dispose();
  backend.dispose();
  await rm(folder, { recursive: true });
});

test.each([
  ['float32', 32],
  ['float32', 200],
  ['bfloat16', 32],
] as const)(
  'pooled features and logits of pytorch-fid: %s, %i pixels',
  async (precision, pixels) => {
    const step = backend.compile((inputs) => ({ ...inception.extract(inputs['images'] as tf.Tensor4D) }), {
      name: 'inception',
      precision,
    });
    const { data, shape } = expected[`images${pixels}`]!;
    const images = tf.tidy(() =>
      tf
        .tensor4d(Float32Array.from(data as Uint8Array), shape as [number, number, number, number])
        .div(127.5)
        .sub(1),
    );
    const { features, logits, spatial } = await step.run({ images });
    // bfloat16 has 8 bits.
    const tolerance = { rtol: 0, atol: precision === 'float32' ? 1e-4 : 2e-2 };
    for (const [got, name] of [
      [features, 'pool3'],
      [logits, 'logits'],
    ] as const) {
      const wanted = expected[`${name}_${pixels}`]!.data as Float32Array;
      const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const relative = (await got!.data()) as Float32Array;
      expectAllclose(
        relative.map((value) => value / scale),
        wanted.map((value) => value / scale),
        tolerance,
      );
    }
    expect(spatial!.shape).toEqual([shape[0], 2023]);
    tf.dispose([images, features!, logits!, spatial!]);
    step.dispose();
  },
  patience,
);

test(
  'options: logits without the bias, another resizer, and a manifest that says so',
  async () => {
    const other = await extractor({ resizer: 'clean' });
    const images = tf.tidy(() => tf.sin(tf.range(0, 6144)).reshape([2, 32, 32, 3]) as tf.Tensor4D);
    tf.tidy(() => {
      const [first, second] = [inception.extract(images), other.extract(images)];
      expect(Math.max(...first.features.sub(second.features).abs().dataSync())).toBeGreaterThan(0.01);
    });
    // Without a resizer's work both see the same image, and logits differ by the bias alone.
    const large = tf.zeros([1, 299, 299, 3]) as tf.Tensor4D;
    expect(other.manifest).toEqual({
      extractor: 'inception-v3 (fid)',
      weights: 'other',
      weightsSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      resizer: 'clean',
      quantization: 'uint8',
      logits: 'unbiased',
    });
    const plain = await extractor();
    tf.tidy(() => {
      const bias = inception.extract(large).logits!.sub(plain.extract(large).logits!);
      const again = inception.extract(images).logits!.sub(plain.extract(images).logits!);
      expectAllclose(again.slice([0, 0], [1, -1]), bias, { rtol: 0, atol: 1e-3 });
      expect(Math.max(...bias.abs().dataSync())).toBeGreaterThan(0.05);
    });
    tf.dispose([images, large]);
    other.dispose();
    plain.dispose();
  },
  patience,
);

test(
  'torchvision’s layout wants 1000 classes, says which tensor does not fit, and leaves no tensors',
  async () => {
    await expectNoLeak(async () => {
      await expect(extractor({ layout: 'torchvision' })).rejects.toMatchObject({
        code: 'BAD_WEIGHTS',
        message: expect.stringMatching(
          /rule\.pth: expected a tensor fc\.weight \[1000, 2048\], got \[1008, 2048\]/,
        ),
      });
    });
  },
  patience,
);

test('missing weights: where they belong and their checksum', async () => {
  const container = await createContainer({ weights: new FileWeights(folder, Date) });
  await expect(container.resolve('featureExtractor', { use: 'inception-v3' }).load()).rejects.toMatchObject({
    code: 'WEIGHTS_NOT_FOUND',
    message: `inception-v3: expected weights in ${join(folder, 'pt_inception-2015-12-05-6726825d.pth')}, got no file`,
    hint: expect.stringMatching(/pytorch-fid.*SHA-256 is 6726825d0af5f729/),
  });
});

test('extract before load', async () => {
  const container = await createContainer({ weights: new FileWeights(folder, Date) });
  const made = container.resolve('featureExtractor', { use: 'inception-v3' });
  expect(() => made.extract(tf.zeros([1, 8, 8, 3]))).toThrow(
    expect.objectContaining({ code: 'EXTRACTOR_NOT_LOADED' }),
  );
});

// The extractor is not the contract's to dispose of: reading it again takes longer than all tests of the contract.
featureExtractorContract({
  name: 'inception-v3',
  create: () => ({
    featureSize: inception.featureSize,
    logitSize: inception.logitSize!,
    spatialSize: inception.spatialSize!,
    manifest: inception.manifest,
    load: () => inception.load(),
    extract: (images) => inception.extract(images),
    dispose: () => undefined,
  }),
});
