import * as tf from '@tensorflow/tfjs';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveConfig, evaluateRun, trainExtractor, sample, train } from '../../operations.js';

/** The long version, 2,000 steps on both backends: tools/bench/memory.mjs. */
const backend = { use: 'wasm', threads: 1 };
const data = { use: 'shapes', count: 40, shapes: ['circle', 'star'] };
const patience = 300_000;

let folder: string;
let cacheBefore: string | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganymede-memory-'));
  cacheBefore = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
});

afterAll(async () => {
  if (cacheBefore === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = cacheBefore;
  await rm(folder, { recursive: true });
});

interface Held {
  readonly tensors: number;
  readonly files: number;
  readonly bytes: number;
}

const held = (): Held => ({
  tensors: tf.memory().numTensors,
  files: readdirSync('/proc/self/fd').length,
  bytes: process.memoryUsage.rss(),
});

/** Where no folder lists the open files there is nothing to count. */
const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux(
  'a run that samples and is evaluated holds no more at its end than near its start, and nothing afterwards',
  async () => {
    const weights = join(folder, 'classifier.safetensors');
    await trainExtractor({
      data,
      resolution: 32,
      out: weights,
      steps: 2,
      batchSize: 8,
      width: 2,
      backend,
      precision: 'float32',
    });
    const network = { use: 'biggan', channels: 2, attention: [] };
    const { config } = await resolveConfig({
      document: {
        backend,
        data,
        resolution: 32,
        generator: { ...network, latentSize: 4, hierarchical: false, sharedEmbedding: false },
        discriminator: network,
        steps: 60,
        batchSize: 2,
        discriminatorSteps: 1,
        ema: { decay: 0.9, start: 0 },
        checkpoint: { every: 10, keepLast: 2 },
        sample: { every: 5, perClass: 2 },
        metrics: [
          { use: 'fid' },
          { use: 'kid', subsets: 2, subsetSize: 10 },
          { use: 'inception-score', splits: 2 },
          { use: 'precision-recall' },
          { use: 'class-diversity' },
        ],
        featureExtractor: { use: 'trained-classifier', weights },
        evaluate: { every: 10, samples: 20 },
      },
    });
    const run = join(folder, 'run');
    const steps = new Map<number, Held>();
    await train({
      config,
      runFolder: run,
      resume: false,
      onEvent: (event) => {
        if (event.kind === 'step' && event.step % 20 === 11) steps.set(event.step, held());
      },
    });
    const [early, middle, late] = [11, 31, 51].map((step) => steps.get(step)!);
    expect([middle, late]).toEqual([
      { tensors: early!.tensors, files: early!.files, bytes: expect.any(Number) },
      { tensors: early!.tensors, files: early!.files, bytes: expect.any(Number) },
    ]);
    // Garbage that V8 has not yet collected comes and goes; a step that kept its images would be far above.
    expect(late!.bytes - early!.bytes).toBeLessThan(150e6);

    const after: Held[] = [held()];
    for (let round = 1; round <= 3; round++) {
      await sample({ run, seed: round, ema: true, statistics: 'running', perClass: 2 });
      await evaluateRun({ run, samples: 20, seed: round });
      after.push(held());
    }
    expect(after.map(({ tensors }) => tensors)).toEqual([0, 0, 0, 0]);
    expect(new Set(after.map(({ files }) => files)).size).toBe(1);
    expect(after[3]!.bytes - after[0]!.bytes).toBeLessThan(150e6);
  },
  patience,
);
