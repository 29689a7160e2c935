import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { ConfigDocument } from '@ganymede/config';
import type { Picture, WantedGenerator } from '@ganymede/playground';
import { rebuildAverages } from '@ganymede/posthoc-ema';
import * as operations from '../../operations.js';

const { openPlayground, resolveConfig, train } = operations;

/** Run for real, on the smallest networks, by the engine that npm alone brings. */
const patience = 300_000;
const document: ConfigDocument = {
  backend: { use: 'wasm', threads: 1 },
  data: { use: 'shapes', count: 16, shapes: ['circle', 'star'] },
  generator: {
    use: 'biggan',
    ...{ channels: 2, latentSize: 8, hierarchical: false, sharedEmbedding: false, attention: [] },
  },
  discriminator: { use: 'biggan', channels: 2, attention: [] },
  steps: 4,
  batchSize: 2,
  ema: { decay: 0.5, start: 1 },
  posthocEma: { every: 1, precision: 'float32' },
  checkpoint: { every: 2, keepLast: 3 },
  sample: { every: 100, perClass: 1 },
};

let folder: string;
let run: string;
const playground = openPlayground();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganymede-playground-'));
  run = join(folder, 'run');
  const { config } = await resolveConfig({ document });
  await train({ config, runFolder: run, resume: false });
  await analyzeDirections({ run, directions: 2, steps: 3, images: 1 });
}, patience);
afterAll(async () => {
  await playground.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a command makes, in a process that has one engine at a time: the playground's makes way. */
const alone =
  <Options, Result>(operation: (options: Options) => Promise<Result>) =>
  async (options: Options): Promise<Result> => {
    await playground.close();
    return operation(options);
  };
const sample = alone(operations.sample);
const interpolate = alone(operations.interpolate);
const analyzeDirections = alone(operations.analyzeDirections);

const drawn = { first: 'star', second: 'circle', share: 0, truncation: null, seed: 3 };
const average = (step: number | null = null): WantedGenerator => ({ run, step, weights: { kind: 'ema' } });
const draw = async (picture: Picture, wanted = average()): Promise<Buffer> =>
  Buffer.from((await playground.draw(wanted, picture)).images);
const plain = { seed: 3, ema: true, statistics: 'running' } as const;

test(
  'a page is told what there is to choose',
  async () => {
    expect(await playground.about(average())).toEqual({
      step: 4,
      weights: { kind: 'ema' },
      hasAverage: true,
      hasTrained: true,
      snapshots: 4,
      classes: ['circle', 'star'],
      width: 32,
      height: 32,
      directions: [expect.stringMatching(/^1 of /), expect.stringMatching(/^2 of /)],
      engine: expect.stringMatching(/^wasm \(/),
      problem: null,
    });
  },
  patience,
);

test(
  'a grid has the bytes of sample: of a class, truncated, of a mixture, of trained weights, of an older checkpoint',
  async () => {
    const grid = { ...drawn, kind: 'grid', count: 4 } as const;
    const star = await sample({ ...plain, run, classes: ['star'], count: 4 });
    expect(await draw(grid)).toEqual(Buffer.from(star.images));

    const truncated = { use: 'resample', threshold: 0.4 };
    const cut = await sample({ ...plain, run, classes: ['star'], count: 4, truncation: truncated });
    expect(await draw({ ...grid, truncation: { convention: 'resample', threshold: 0.4 } })).toEqual(
      Buffer.from(cut.images),
    );
    expect(cut.images).not.toEqual(star.images);

    const mixed = await sample({ ...plain, run, mixture: { star: 0.75, circle: 0.25 }, count: 4 });
    expect(await draw({ ...grid, share: 0.25 })).toEqual(Buffer.from(mixed.images));

    const trained = await sample({ ...plain, run, classes: ['star'], count: 4, ema: false });
    const wanted: WantedGenerator = { run, step: null, weights: { kind: 'trained' } };
    expect(await draw(grid, wanted)).toEqual(Buffer.from(trained.images));
    expect(trained.images).not.toEqual(star.images);

    const older = await sample({ ...plain, run, classes: ['star'], count: 4, checkpoint: 2 });
    expect(await draw(grid, average(2))).toEqual(Buffer.from(older.images));
    expect(older.images).not.toEqual(star.images);
  },
  patience,
);

test(
  'a walk and a direction have the bytes of interpolate',
  async () => {
    const walk = await interpolate({
      run,
      classes: ['star'],
      seed: 3,
      toSeed: 9,
      steps: 5,
      varying: 'latent',
    });
    expect([walk.paths, walk.steps]).toEqual([1, 5]);
    expect(await draw({ ...drawn, kind: 'walk', toSeed: 9, steps: 5 })).toEqual(Buffer.from(walk.images));
    // Its ends are the first draws of the two seeds.
    const one = walk.images.length / 5;
    for (const [seed, at] of [
      [3, 0],
      [9, 4],
    ] as const) {
      const { images } = await sample({ ...plain, run, seed, mixture: { star: 1 }, count: 1 });
      expect(walk.images.subarray(at * one, (at + 1) * one)).toEqual(images);
    }

    const { directions } = await playground.about(average());
    const { analysis } = await analyzeDirections({ run, directions: 2, steps: 3, images: 1 });
    const along = { vector: analysis.details.directions[1]!.vector, extent: 2 };
    const moved = await interpolate({ run, classes: ['star'], seed: 3, along, paths: 2, steps: 3 });
    const picture = {
      ...drawn,
      kind: 'direction',
      direction: directions[1]!,
      extent: 2,
      images: 2,
      steps: 3,
    } as const;
    expect(await draw(picture)).toEqual(Buffer.from(moved.images));
    // The draws themselves are in the middle.
    const draws = await sample({ ...plain, run, mixture: { star: 1 }, count: 2 });
    expect(moved.images.subarray(one, 2 * one)).toEqual(draws.images.subarray(0, one));
  },
  patience,
);

test(
  'a generator stays open: the same pictures again hold no more tensors',
  async () => {
    const grid = { ...drawn, kind: 'grid', count: 4 } as const;
    const walk = { ...drawn, kind: 'walk', toSeed: 9, steps: 5 } as const;
    const both = async (): Promise<Buffer[]> => [await draw(grid), await draw(walk)];
    const first = await both();
    const { numTensors } = tf.memory();
    expect(await both()).toEqual(first);
    expect(tf.memory().numTensors).toBe(numTensors);
  },
  patience,
);

test(
  'an average of another length has the bytes of the run that ema writes',
  async () => {
    const lengths = await playground.lengths(run);
    expect(lengths.map(({ sigmaRel }) => sigmaRel)).toContain(0.15);
    const { sigmaRel, step, folder: own } = lengths.find((one) => one.sigmaRel === 0.15)!;
    const [written] = await rebuildAverages({ run, sigmaRels: [0.15], step });
    expect(written!.folder).toBe(own);
    const expected = await sample({ ...plain, run: own, classes: ['star'], count: 4, checkpoint: step });
    const wanted: WantedGenerator = { run, step: null, weights: { kind: 'average', sigmaRel, step } };
    expect(await draw({ ...drawn, kind: 'grid', count: 4 }, wanted)).toEqual(Buffer.from(expected.images));
    expect((await playground.about(wanted)).weights).toEqual(wanted.weights);
  },
  patience,
);

test(
  'files that are others are opened anew; what is wrong has its code',
  async () => {
    const other = join(folder, 'other');
    await cp(run, other, { recursive: true });
    const grid = { ...drawn, kind: 'grid', count: 1 } as const;
    const wanted: WantedGenerator = { run: other, step: null, weights: { kind: 'ema' } };
    const before = await draw(grid, wanted);
    await expect(draw({ ...grid, first: 'moon' }, wanted)).rejects.toMatchObject({ code: 'UNKNOWN_CLASS' });
    const direction = {
      ...drawn,
      kind: 'direction',
      direction: '9 of it',
      extent: 1,
      images: 1,
      steps: 2,
    } as const;
    await expect(draw(direction, wanted)).rejects.toMatchObject({ code: 'UNKNOWN_DIRECTION' });
    // The run of this name is made again, and its step 4 is another's step 2.
    await rm(join(other, 'checkpoints/00000004'), { recursive: true });
    await expect(draw(grid, { ...wanted, step: 4 })).rejects.toMatchObject({ code: 'NO_CHECKPOINT' });
    const older = await draw(grid, wanted);
    expect(older).not.toEqual(before);
    expect(older).toEqual(await draw(grid, average(2)));

    const state = join(other, 'checkpoints/00000002/ema.safetensors');
    const bytes = await readFile(state);
    bytes[bytes.length - 1]! ^= 1;
    await rm(join(other, 'checkpoints/00000002'), { recursive: true });
    await cp(join(run, 'checkpoints/00000002'), join(other, 'checkpoints/00000002'), { recursive: true });
    await writeFile(state, bytes);
    await expect(draw(grid, wanted)).rejects.toMatchObject({ code: 'CHECKPOINT_DAMAGED' });
    await rm(join(other, 'checkpoints'), { recursive: true });
    await expect(draw(grid, wanted)).rejects.toMatchObject({ code: 'NO_CHECKPOINT' });
    // And after all that it still draws.
    expect(await draw(grid)).toEqual(before);
  },
  patience,
);

test('what cannot be walked is refused before anything is opened', async () => {
  const away = { run: resolve('nowhere'), toSeed: 1 };
  await expect(interpolate({ ...away, paths: 2 })).rejects.toMatchObject({ code: 'BAD_ARGUMENTS' });
  await expect(interpolate({ ...away, along: { vector: [1], extent: 1 } })).rejects.toMatchObject({
    code: 'BAD_ARGUMENTS',
  });
  await expect(interpolate({ ...away, classes: ['a'], mixture: { a: 1 } })).rejects.toMatchObject({
    code: 'BAD_ARGUMENTS',
  });
  await expect(interpolate({ run, along: { vector: [1], extent: 1 } })).rejects.toMatchObject({
    code: 'LATENTS_DO_NOT_FIT',
  });
});
