import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineComponent, definePlugin, type FeatureExtractor } from '@ganymede/core';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { storedEvaluations } from '@ganymede/evaluation';
import { resolveConfig, train, measureClassificationAccuracy, measurePathLength } from '../../operations.js';

/** Everything is run for real, on the smallest networks, by the engine that npm alone brings. */
const patience = 300_000;
const data = { use: 'shapes', count: 60, shapes: ['circle', 'star'] };
const backend = { use: 'wasm', threads: 1 };

/** Mean colors: what a path length is can be told from the images alone. `deaf` rounds whatever it is asked. */
const colors = (deaf: boolean): FeatureExtractor => ({
  featureSize: 3,
  manifest: { extractor: deaf ? 'deaf' : 'colors', quantization: 'uint8' },
  load: async () => undefined,
  extract: (images, { unrounded = false } = {}) => ({
    features: tf.mean<tf.Tensor2D>(
      unrounded && !deaf ? images.add(2) : tf.floor(images.mul(4)).add(8),
      [1, 2],
    ),
  }),
  dispose: () => undefined,
});
const plugin = definePlugin({
  apiVersion: 1,
  name: 'colors',
  register: (container) => {
    for (const id of ['colors', 'deaf'])
      container.add(
        defineComponent({
          slot: 'featureExtractor',
          id,
          summary: 'Mean colors.',
          options: z.strictObject({}),
          create: () => colors(id === 'deaf'),
        }),
      );
  },
});

let folder: string;
let run: string;
let cacheBefore: string | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganymede-measures-'));
  cacheBefore = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
  const { config } = await resolveConfig({
    document: {
      backend,
      data,
      generator: {
        ...{ use: 'biggan', channels: 2, latentSize: 4 },
        ...{ hierarchical: false, sharedEmbedding: false, attention: [] },
      },
      discriminator: { use: 'biggan', channels: 2, attention: [] },
      steps: 2,
      batchSize: 2,
      ema: { decay: 0.5, start: 1 },
      sample: { every: 100, perClass: 2 },
      checkpoint: { every: 1, keepLast: 1 },
    },
  });
  run = (await train({ config, runFolder: join(folder, 'run'), resume: false })).runFolder;
}, patience);

afterAll(async () => {
  if (cacheBefore === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = cacheBefore;
  await rm(folder, { recursive: true });
});

describe('path length', () => {
  const measure = (changes: Partial<Parameters<typeof measurePathLength>[0]> = {}) =>
    measurePathLength({ run, plugins: [plugin], extractor: { use: 'colors' }, pairs: 30, ...changes });

  test(
    'repeats, hardly depends on epsilon, and says how it was made',
    async () => {
      const { evaluation, path } = await measure({ bootstrap: 20 });
      const { featurePathLength: length, featurePathLengthError: error } = evaluation.numbers;
      expect(length).toBeGreaterThan(0);
      expect(error).toBeGreaterThan(0);
      const { low, high } = evaluation.intervals!['featurePathLength']!;
      expect(low).toBeLessThan(high);
      expect((await measure()).evaluation.numbers).toEqual(evaluation.numbers);
      const finer = (await measure({ epsilon: 1e-3 })).evaluation.numbers['featurePathLength']!;
      expect(Math.abs(finer / length! - 1)).toBeLessThan(0.05);
      expect(evaluation.manifest.measurement).toMatchObject({
        extractor: 'colors',
        quantization: 'none',
        pairs: 30,
      });
      expect(evaluation.manifest.metrics['featurePathLength']).toEqual({
        metric: 'path-length',
        space: 'z',
        sampling: 'full',
        interpolation: 'spherical',
        epsilon: 1e-4,
        distance: 'squared, of features of length 1',
        percentiles: 'all',
      });
      expect(evaluation.cautions[0]!.text).toMatch(/not of LPIPS/);
      const stored = await storedEvaluations([run]);
      expect(stored.map(({ file }) => file)).toContain(path);
    },
    patience,
  );

  test(
    'ends, lines and percentiles are other numbers',
    async () => {
      const changes = [
        {},
        { sampling: 'end' },
        { interpolation: 'linear' },
        { percentiles: [10, 90] },
        { normalization: 'none' },
      ] as const;
      const lengths = new Set<number>();
      for (const change of changes)
        lengths.add((await measure(change)).evaluation.numbers['featurePathLength']!);
      expect(lengths.size).toBe(5);
    },
    patience,
  );

  test(
    'an extractor that rounds all the same is refused',
    async () => {
      await expect(measure({ extractor: { use: 'deaf' } })).rejects.toMatchObject({
        code: 'PATHS_UNSEEN',
        message: expect.stringMatching(/got the same features in \d+ of 30 pairs/),
      });
    },
    patience,
  );
});

describe('classification accuracy', () => {
  const recipe = { run, steps: 3, batchSize: 8, width: 2, samples: 20, precision: 'float32' } as const;
  const measure = (changes: Partial<Parameters<typeof measureClassificationAccuracy>[0]> = {}) =>
    measureClassificationAccuracy({ ...recipe, run, ...changes });

  test(
    'three accuracies, what trained the classifiers, and what judged them',
    async () => {
      const { evaluation } = await measure();
      expect(Object.keys(evaluation.numbers)).toEqual([
        'classificationAccuracyScore',
        'ganTestAccuracy',
        'realAccuracy',
      ]);
      for (const value of Object.values(evaluation.numbers)) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
      expect(evaluation.manifest.measurement).toMatchObject({
        classifier: 'residual, 2 channels, of the toolkit',
        classifierTraining: expect.stringMatching(/^3 steps of 8, .*weights of the last step$/),
        trainingImages: 54,
        testImages: 6,
        samples: 20,
        heldOutSeed: 0,
      });
      expect(evaluation.cautions.slice(0, 2)).toEqual([
        expect.objectContaining({ text: expect.stringMatching(/was trained on the held-out images too/) }),
        expect.objectContaining({ text: expect.stringMatching(/^a share of 6 images/) }),
      ]);
      expect((await measure()).evaluation.numbers).toEqual(evaluation.numbers);
    },
    patience,
  );

  test(
    'test images are others than the training images, of the same classes',
    async () => {
      const test = { ...data, count: 40, seed: 9 };
      const { evaluation } = await measure({ test });
      expect(evaluation.manifest.measurement).toMatchObject({ trainingImages: 60, testImages: 40 });
      expect(evaluation.cautions.map(({ code }) => code)).toEqual(['few-images']);
      await expect(measure({ test: data })).rejects.toMatchObject({
        code: 'SAME_IMAGES',
        message: 'shapes: expected other images than the training images, got those',
      });
      await expect(measure({ test: { ...test, shapes: ['circle', 'square'] } })).rejects.toMatchObject({
        code: 'CLASSES_DIFFER',
        message:
          'shapes: expected the 2 classes of the run, got 2 without star and with square, which it does not have',
      });
    },
    patience,
  );
});
