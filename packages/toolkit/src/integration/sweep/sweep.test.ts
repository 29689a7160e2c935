import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquireRunLock, latestCheckpoint, readCheckpoint } from '@ganymede/checkpoints';
import { defineComponent, definePlugin, type Stabilizer } from '@ganymede/core';
import { z } from 'zod';
import {
  planSweep,
  type ResolvedSweep,
  runSweep,
  type RunSweepOptions,
  type SweepOutcome,
  type SweepEvent,
  parseSweep,
  recordFolderOf,
  runFolderOf,
  type SweepDocument,
} from '@ganymede/sweeps';
import { trainExtractor, sample, train, resolveSweep } from '../../operations.js';

/** Everything is run for real, on the smallest networks, by the engine that npm alone brings. */
const patience = 600_000;
jest.setTimeout(patience);

const backend = { use: 'wasm', threads: 1 };
const data = { use: 'shapes', count: 24, shapes: ['circle', 'star'] };

let folder: string;
let cacheBefore: string | undefined;
let extractor: { use: string; weights: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganymede-sweep-'));
  cacheBefore = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
  const weights = join(folder, 'classifier.safetensors');
  await trainExtractor({
    data,
    resolution: 32,
    out: weights,
    steps: 4,
    batchSize: 8,
    width: 2,
    backend,
    precision: 'float32',
  });
  extractor = { use: 'trained-classifier', weights };
}, patience);

afterAll(async () => {
  if (cacheBefore === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = cacheBefore;
  await rm(folder, { recursive: true });
});

/** A stabilizer that ends a run at its second step, in one way or the other. */
const accident = definePlugin({
  apiVersion: 1,
  name: 'accident',
  register: (container) =>
    container.add(
      defineComponent({
        slot: 'stabilizer',
        id: 'accident',
        summary: 'Ends a run.',
        options: z.strictObject({ how: z.enum(['throw', 'stop']) }),
        create: ({ how }): Stabilizer => ({
          interval: 1,
          state: null,
          restore: () => undefined,
          observe: ({ step }) => {
            if (step < 2) return Promise.resolve({ action: { kind: 'continue' } });
            if (how === 'throw') throw new Error('the disk is on fire');
            return Promise.resolve({ action: { kind: 'stop', evidence: `step ${step}: lost` } });
          },
        }),
      }),
    ),
});

const base = {
  backend,
  data,
  generator: { channels: 2, latentSize: 4, hierarchical: false, sharedEmbedding: false, attention: [] },
  discriminator: { channels: 2, attention: [] },
  steps: 3,
  batchSize: 2,
  ema: null,
  sample: { every: 100, perClass: 2 },
  checkpoint: { every: 1, keepLast: 1 },
};

const evaluate = (): SweepDocument['evaluate'] => ({
  metrics: ['fid', 'precision-recall'].map((use) => ({ use })),
  extractor,
  samples: 12,
});

const resolved = (document: SweepDocument): Promise<ResolvedSweep> =>
  resolveSweep(parseSweep({ base, evaluate: evaluate(), ...document }, 'sweep', folder), {
    plugins: [accident],
  });

interface Followed extends SweepOutcome {
  /** `run what` for each beginning, `run state` for each end. */
  readonly story: readonly string[];
}

async function carryOut(
  document: SweepDocument,
  name: string,
  options: Partial<RunSweepOptions> = {},
): Promise<Followed> {
  const story: string[] = [];
  const outcome = await runSweep({
    sweep: await resolved(document),
    folder: join(folder, name),
    ...options,
    onEvent: (event) => {
      if (event.kind === 'begin') story.push(`${event.run} ${event.what}`);
      if (event.kind === 'end') story.push(`${event.run} ${event.state}`);
      options.onEvent?.(event);
    },
  });
  return { ...outcome, story };
}

async function weightsOf(runFolder: string): Promise<unknown> {
  const { checkpoint } = await latestCheckpoint(runFolder);
  return (await readCheckpoint(checkpoint!.folder)).tensorFiles;
}

describe('a grid with two seeds', () => {
  const grid: SweepDocument = { grid: { batchSize: [2, 4] }, seeds: 2 };
  const ids = ['batchSize-2-seed-0', 'batchSize-4-seed-0', 'batchSize-2-seed-1', 'batchSize-4-seed-1'];
  let first: Followed;
  beforeAll(async () => {
    first = await carryOut(grid, 'grid');
  }, patience);

  test('every run is trained and measured, seed by seed', () => {
    expect(first.story).toEqual(ids.flatMap((id) => [`${id} training`, `${id} done`]));
    expect(first.finished).toBe(true);
    expect(first.results.runs.map(({ id, state, step, images }) => [id, state, step, images])).toEqual(
      ids.map((id, i) => [id, 'done', 3, i % 2 === 0 ? 6 : 12]),
    );
  });

  test('rows are means and deviations of the runs, columns carry their conditions', () => {
    const { columns, rows, runs } = first.results;
    expect(columns.map(({ title }) => title)).toEqual(['fid', 'precision', 'recall']);
    expect(columns[0]!.conditions).toMatchObject({
      extractor: 'trained-classifier',
      samples: 12,
      weights: 'trained',
      statistics: 'running',
    });
    expect(rows.map(({ cell, settings, done }) => [cell, settings, done])).toEqual([
      ['batchSize=2', ['2'], 2],
      ['batchSize=4', ['4'], 2],
    ]);
    for (const { cell, values } of rows) {
      const [a, b] = runs.filter((run) => run.cell === cell).map((run) => run.evaluation!.numbers['fid']!);
      expect(a).not.toBe(b);
      expect(values[0]!.mean).toBeCloseTo((a! + b!) / 2, 10);
      expect(values[0]!.deviation).toBeCloseTo(Math.abs(a! - b!) / Math.SQRT2, 10);
    }
    for (const { evaluation } of runs) expect(evaluation!.manifest.environment).toMatchObject({ seed: 0 });
  });

  test('its folder holds ordinary runs, and the sweep as a file', async () => {
    const run = runFolderOf(join(folder, 'grid'), ids[1]!);
    const { images } = await sample({ run, count: 2, seed: 0, ema: true, statistics: 'running' });
    expect(images).toHaveLength(2 * 32 * 32 * 3);
    const { config } = (await resolved(grid)).runs[1]!;
    const alone = join(folder, 'alone');
    await train({ config, runFolder: alone, resume: false });
    expect(await weightsOf(run)).toEqual(await weightsOf(alone));
    const spec: unknown = JSON.parse(await readFile(join(folder, 'grid', 'sweep.json'), 'utf8'));
    expect(parseSweep(spec, 'sweep.json', '/elsewhere')).toMatchObject({ grid: grid.grid, seeds: 2 });
    const written: unknown = JSON.parse(await readFile(first.files.json, 'utf8'));
    expect(written).toEqual(JSON.parse(JSON.stringify(first.results)));
  });

  test('started again it does nothing; more seeds and cells are added; more steps go on', async () => {
    const again = await carryOut(grid, 'grid');
    expect(again.story).toEqual(ids.map((id) => `${id} skipped`));
    expect(again.results).toEqual(first.results);

    const wider = await carryOut({ grid: { batchSize: [2, 3] }, seeds: [1] }, 'grid');
    expect(wider.story).toEqual([
      'batchSize-2-seed-1 skipped',
      'batchSize-3-seed-1 training',
      'batchSize-3-seed-1 done',
    ]);
    const longer = await carryOut({ set: { steps: 4 }, grid: { batchSize: [2] }, seeds: [1] }, 'grid');
    expect(longer.story).toEqual(['batchSize-2-seed-1 training on', 'batchSize-2-seed-1 done']);
    expect(longer.results.runs[0]!.step).toBe(4);
  });

  test('measured otherwise, runs are measured and not trained', async () => {
    const other = await carryOut(
      { grid: { batchSize: [4] }, evaluate: { ...evaluate(), samples: 8 } },
      'grid',
    );
    expect(other.story).toEqual(['batchSize-4-seed-0 measuring', 'batchSize-4-seed-0 done']);
    expect(other.results.columns[0]!.conditions).toMatchObject({ samples: 8 });
    const back = await carryOut({ grid: { batchSize: [4] } }, 'grid');
    expect(back.story[0]).toBe('batchSize-4-seed-0 measuring');
  });

  test('another config under the same names is refused, all of them named, and nothing is trained', async () => {
    const other: SweepDocument = { ...grid, set: { 'learningRates.generator': 1e-3 } };
    await expect(carryOut(other, 'grid')).rejects.toMatchObject({
      code: 'RUN_CONFIG_DIFFERS',
      message: expect.stringMatching(
        /cell batchSize-2-seed-0: .*\n {2}learningRates\.generator: expected 0\.0002, got 0\.001\ncell batchSize-4-seed-0: /,
      ),
    });
  });
});

test('a run that is stopped half way goes on exactly, and the sweep with it', async () => {
  const document: SweepDocument = { grid: { batchSize: [2, 4] }, evaluate: null };
  const abort = new AbortController();
  const stopped = await carryOut(document, 'stopped', {
    signal: abort.signal,
    onEvent: (event: SweepEvent) => {
      if (event.kind === 'training' && event.event.kind === 'step' && event.event.step === 2) abort.abort();
    },
  });
  expect(stopped.story).toEqual(['batchSize-2-seed-0 training', 'batchSize-2-seed-0 interrupted']);
  expect(stopped.finished).toBe(false);
  expect(stopped.results.runs.map(({ state, step }) => [state, step])).toEqual([
    ['unfinished', 2],
    ['unfinished', 0],
  ]);
  const rest = await carryOut(document, 'stopped');
  expect(rest.story).toEqual([
    'batchSize-2-seed-0 training on',
    'batchSize-2-seed-0 done',
    'batchSize-4-seed-0 training',
    'batchSize-4-seed-0 done',
  ]);
  const { config } = (await resolved(document)).runs[0]!;
  const through = join(folder, 'through');
  await train({ config, runFolder: through, resume: false });
  expect(await weightsOf(runFolderOf(join(folder, 'stopped'), 'batchSize-2-seed-0'))).toEqual(
    await weightsOf(through),
  );
});

test('a cell that fails is recorded and the rest goes on; accidents are tried again, ended runs are not', async () => {
  const document: SweepDocument = {
    cells: [
      { name: 'accident', set: { stabilizers: [{ use: 'accident', how: 'throw' }] } },
      { name: 'ended', set: { stabilizers: [{ use: 'accident', how: 'stop' }] } },
      { name: 'average', set: { ema: { decay: 0.5, start: 1 } } },
      { name: 'plain' },
    ],
  };
  const first = await carryOut(document, 'failing');
  expect(first.story).toEqual([
    'accident-seed-0 training',
    'accident-seed-0 failed',
    'ended-seed-0 training',
    'ended-seed-0 failed',
    'average-seed-0 training',
    'average-seed-0 done',
    'plain-seed-0 training',
    'plain-seed-0 done',
  ]);
  expect(first.finished).toBe(false);
  expect(first.ends['accident-seed-0']).toMatchObject({
    error: { code: 'COMPONENT_FAILED', message: expect.stringContaining('the disk is on fire') },
  });
  expect(first.results.runs.map(({ step }) => step)).toEqual([2, 2, 3, 3]);
  expect(first.results.runs.map(({ error }) => error?.code ?? null)).toEqual([
    'COMPONENT_FAILED',
    'RUN_STOPPED',
    null,
    null,
  ]);
  expect(await readFile(first.files.table, 'utf8')).toMatch(
    /- accident-seed-0: COMPONENT_FAILED: stabilizer accident .*the disk is on fire/,
  );

  // The moving average's numbers are no numbers of trained weights.
  expect(first.results.columns.map(({ title }) => title)).toEqual([
    'fid',
    'precision',
    'recall',
    'fid [2]',
    'precision [2]',
    'recall [2]',
  ]);
  expect(first.results.differences[0]).toBe('fid [2] differs from fid: weights ema against trained');
  expect(first.results.rows.map(({ values }) => values.map((value) => value !== null))).toEqual([
    [false, false, false, false, false, false],
    [false, false, false, false, false, false],
    [true, true, true, false, false, false],
    [false, false, false, true, true, true],
  ]);

  const second = await carryOut(document, 'failing');
  expect(second.story.slice(0, 3)).toEqual([
    'accident-seed-0 training on',
    'accident-seed-0 failed',
    'ended-seed-0 failed',
  ]);
  expect(second.ends['ended-seed-0']).toMatchObject({ isOld: true, error: { code: 'RUN_STOPPED' } });

  const plan = await planSweep(await resolved(document), { folder: join(folder, 'failing'), measure: false });
  expect(plan).toMatchObject({ cells: 4, runs: 4, done: 2, stopped: 1, toMeasure: 0 });
  expect(plan.toTrain.map(({ id }) => id)).toEqual(['accident-seed-0']);
  expect(plan.basis).toBe('from 2 trained runs');
  // It failed after its last step, which was saved: it has to be opened, and nothing is left to train.
  expect(plan.seconds).toBe(0);

  expect((await carryOut(document, 'failing', { retry: true })).story).toContain('ended-seed-0 training on');
});

test('a run that another process works on is left to it', async () => {
  const document: SweepDocument = { grid: { batchSize: [2, 3] }, set: { steps: 1 }, evaluate: null };
  const place = recordFolderOf(join(folder, 'shared'), 'batchSize-2-seed-0');
  mkdirSync(place, { recursive: true });
  const lock = await acquireRunLock(place);
  const beside = await carryOut(document, 'shared');
  await lock.release();
  expect(beside.story).toEqual([
    'batchSize-2-seed-0 elsewhere',
    'batchSize-3-seed-0 training',
    'batchSize-3-seed-0 done',
  ]);
  expect((await carryOut(document, 'shared')).finished).toBe(true);
});

describe('what cannot work is told before anything is trained', () => {
  test('networks that do not fit the images, data that is not there: by cell', async () => {
    const sweep = await resolved({
      cells: [
        { name: 'odd', set: { resolution: 33 } },
        { name: 'absent', set: { resolution: 16, data: { use: 'image-folder', path: 'nowhere' } } },
        { name: 'fine' },
      ],
    });
    await expect(planSweep(sweep, { folder: join(folder, 'none'), measure: false })).rejects.toMatchObject({
      code: 'UNSUPPORTED_RESOLUTION',
      message: expect.stringMatching(/^cell odd: .*33x33;.*\ncell absent: .*nowhere/),
    });
  });

  test('weights of the extractor; where nobody chose it, with other ways to go on', async () => {
    await expect(carryOut({ evaluate: {} }, 'none')).rejects.toMatchObject({
      code: 'WEIGHTS_NOT_FOUND',
      message: expect.stringMatching(/^cell base: .*inception/i),
      hint: expect.stringContaining('--no-measure'),
    });
    const weights = join(folder, 'absent.safetensors');
    const missing: SweepDocument = { evaluate: { extractor: { use: 'trained-classifier', weights } } };
    await expect(carryOut(missing, 'none')).rejects.toMatchObject({
      message: expect.stringContaining('absent.safetensors'),
    });
  });

  test('classes of a reference that no run has, and fewer images than are asked of it', async () => {
    const reference = { use: 'shapes', count: 24, shapes: ['circle', 'square'] };
    await expect(carryOut({ evaluate: { extractor, reference } }, 'none')).rejects.toMatchObject({
      code: 'CLASSES_DIFFER',
      message: expect.stringMatching(/^cell base: .*square/),
    });
    const tooMany: SweepDocument = { evaluate: { extractor, referenceSamples: 25 } };
    await expect(carryOut(tooMany, 'none')).rejects.toMatchObject({ code: 'TOO_FEW_IMAGES' });
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });

  test('the plan counts images and parameters, and times a step where nothing was timed', async () => {
    const plan = await planSweep(await resolved({ grid: { 'generator.channels': [2, 4] }, seeds: 2 }), {
      folder: join(folder, 'none'),
    });
    expect(plan).toMatchObject({ cells: 2, runs: 4, done: 0, basis: 'from a few steps of channels=4' });
    expect(plan.toTrain.map(({ images, steps }) => [images, steps])).toEqual(Array(4).fill([6, 3]));
    const [narrow, wide] = plan.toTrain as [(typeof plan.toTrain)[0], (typeof plan.toTrain)[0]];
    expect(wide.parameters).toBeGreaterThan(narrow.parameters);
    expect(wide.work).toBeGreaterThan(narrow.work);
    expect(plan.seconds).toBeGreaterThan(0);
  });
});
