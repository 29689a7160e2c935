import { runConfigSchema } from '@ganymede/config';
import type { BenchReport } from './bench.js';
import { planOf } from './plan.js';
import { upperMedian } from '@ganymede/core';

const measured: BenchReport = {
  backend: { name: 'tensorflow', device: 'cpu', library: 'TensorFlow', threads: 2 },
  precision: 'float32',
  batchSize: 50,
  dataset: { name: 'images', images: 10_000, classes: 10 },
  parameters: { generator: 10, discriminator: 20 },
  firstStepSeconds: 6,
  stepSeconds: 2,
  measuredSteps: [2, 2, 2],
  imagesPerSecond: 100,
  phases: [],
  hostShare: 0,
  stabilizers: [],
  peakFlops: { float32: 1e11, bfloat16: null },
  shareOfPeak: 0.5,
  tricks: [],
  samplesPerSecond: 80,
  dataImagesPerSecond: 5000,
  checkpoint: { bytes: 1000, seconds: 0.5 },
  peakMemoryBytes: 1e9,
};

test('a plan adds up steps, checkpoints and disk', () => {
  const config = runConfigSchema.parse({
    steps: 1000,
    batchSize: 50,
    accumulation: 2,
    discriminatorSteps: 4,
    checkpoint: { every: 300, keepLast: 2 },
  });
  expect(planOf(config, measured)).toMatchObject({
    batchSize: 100,
    images: 400_000,
    epochs: 40,
    totalSeconds: 6 + 999 * 2 + 4 * 0.5,
    diskBytes: 3000,
  });
  // 10 weights of two lengths at 3 steps, in two bytes each.
  const posthocEma = { lengths: [0.05, 0.1], every: 400, precision: 'float16' as const };
  expect(planOf({ ...config, posthocEma }, measured).diskBytes).toBe(3000 + 3 * 2 * 10 * 2);
});

test('median', () => {
  expect([upperMedian([3, 1, 2]), upperMedian([4, 1, 3, 2])]).toEqual([2, 3]);
  expect(upperMedian([])).toBeNaN();
});
