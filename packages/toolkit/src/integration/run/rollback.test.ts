import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCheckpoint, readEvents } from '@ganymede/checkpoints';
import {
  defineComponent,
  definePlugin,
  type RecipeChange,
  type Reporter,
  type RunView,
  type Stabilizer,
  type TrainingEvent,
} from '@ganymede/core';
import { z } from 'zod';
import type { ConfigDocument, ResolvedConfig } from '@ganymede/config';
import type { SessionState, RunEvent, TrainResult } from '@ganymede/runs';
import { resolveConfig, train } from '../../operations.js';

const root = mkdtempSync(join(tmpdir(), 'ganymede-rollback-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;
const freshFolder = (): string => join(root, `run${made++}`);

const change: RecipeChange = {
  learningRates: { generator: 0.5, discriminator: 0.25 },
  regularizers: [{ use: 'r1', gamma: 2, interval: 1 }],
  stabilizers: [{ use: 'clamp', interval: 1 }],
  newRandomness: true,
};

/** Asks for a rollback at a step, as often as it is told to; vouches for every step before it. */
class Scripted implements Stabilizer {
  readonly interval = 1;
  seen = 0;

  constructor(
    private readonly views: RunView[],
    private readonly at: number,
    private readonly times: number,
    private readonly to: number,
  ) {}

  async observe(run: RunView): ReturnType<Stabilizer['observe']> {
    this.views.push(run);
    this.seen++;
    const event = { scripted: this.seen };
    if (run.step !== this.at || run.rollbacks >= this.times) return { action: { kind: 'continue' }, event };
    return {
      action: { kind: 'rollback', evidence: `step ${run.step}: as told`, to: this.to, change },
      event,
    };
  }

  get healthyStep(): number {
    return this.to;
  }

  get state(): unknown {
    return this.seen;
  }

  restore(state: unknown): void {
    this.seen = state as number;
  }
}

interface Observed {
  readonly views: RunView[];
  readonly reported: TrainingEvent[];
}

/** A run of a tiny GAN on the CPU that is watched as scripted. */
async function run(
  folder: string,
  options: {
    readonly at?: number;
    readonly times?: number;
    readonly to?: number;
    readonly resume?: boolean;
    readonly onNote?: (text: string) => void;
  } = {},
  document: ConfigDocument = {},
): Promise<Observed & { readonly result: TrainResult; readonly config: ResolvedConfig }> {
  const { at = 5, times = 1, to = 3, resume = false, onNote = () => undefined } = options;
  const views: RunView[] = [];
  const reported: TrainingEvent[] = [];
  const plugin = definePlugin({
    apiVersion: 1,
    name: 'scripted',
    register: (container) => {
      container.add(
        defineComponent({
          slot: 'stabilizer',
          id: 'scripted',
          summary: 'Asks for a rollback.',
          options: z.strictObject({}),
          create: () => new Scripted(views, at, times, to),
        }),
      );
      container.add(
        defineComponent({
          slot: 'reporter',
          id: 'collect',
          summary: 'Collects.',
          options: z.strictObject({}),
          create: (): Reporter => ({ report: (event) => reported.push(event), close: async () => undefined }),
        }),
      );
    },
  });
  const { config, plugins } = await resolveConfig({
    document: {
      backend: { use: 'wasm', threads: 1 },
      data: { use: 'shapes', count: 12, shapes: ['circle', 'star'] },
      heldOut: 2,
      generator: {
        use: 'biggan',
        channels: 2,
        latentSize: 4,
        hierarchical: false,
        sharedEmbedding: false,
        attention: [],
      },
      discriminator: { use: 'biggan', channels: 2, attention: [] },
      steps: 6,
      batchSize: 2,
      ema: { decay: 0.5, start: 1 },
      sample: { every: 100, perClass: 2 },
      log: { every: 1 },
      checkpoint: { every: 2, keepLast: 1 },
      stabilizers: ['scripted'],
      reporters: ['collect'],
      ...document,
    },
    plugins: [plugin],
  });
  const onEvent = (event: RunEvent): void => {
    if (event.kind === 'note') onNote(event.text);
  };
  const result = await train({ config, runFolder: folder, resume, plugins, onEvent });
  return { result, views, reported, config };
}

const eventsOf = async (folder: string): Promise<readonly TrainingEvent[]> =>
  (await readEvents(join(folder, 'events.jsonl'))).events;

test('back to the newest checkpoint before the step, on with the changed recipe, every step recorded once', async () => {
  const folder = freshFolder();
  const { result, views, reported, config } = await run(folder);
  expect(result.step).toBe(6);
  expect(views.map(({ step, rollbacks }) => [step, rollbacks])).toEqual([
    ...[1, 2, 3, 4, 5].map((step) => [step, 0]),
    ...[3, 4, 5, 6].map((step) => [step, 1]),
  ]);
  expect(views[0]!.training.length).toBe(10);
  expect(views[0]!.heldOut!.length).toBe(2);
  expect(Object.keys(views[0]!.gradientNorms.generator)).toContain('linear.weight');

  const events = await eventsOf(folder);
  expect(events.filter((event) => 'D.lossReal' in event).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
  const [rollback] = events.filter((event) => 'rollback' in event);
  expect(rollback).toEqual({
    step: 2,
    rollback: { number: 1, from: 5, to: 2, evidence: 'step 5: as told', change },
  });
  expect(reported).toContainEqual(rollback);
  // What led to it is kept beside the log.
  const kept = readFileSync(join(folder, 'rollbacks/1.jsonl'), 'utf8').trim().split('\n');
  expect(kept.map((line) => (JSON.parse(line) as TrainingEvent).step)).toEqual(
    expect.arrayContaining([3, 4, 5]),
  );

  // The changed recipe: R1 reports its penalty, clamp is there, the trainer has the factors.
  expect(reported.some((event) => 'D.penalty0' in event)).toBe(true);
  const { state } = await readCheckpoint(result.checkpoint);
  const { changes, trainer, stabilizers } = state as SessionState;
  expect(changes).toEqual([{ from: 5, to: 2, evidence: 'step 5: as told', change }]);
  expect(trainer.learningRateFactors).toEqual({ generator: 0.5, discriminator: 0.25 });
  expect(stabilizers).toEqual({ scripted: 6, 'clamp/generator': null });
  expect(config.regularizers).toEqual([]);
});

test('the steps that are done again see other latents and images', async () => {
  const folder = freshFolder();
  await run(folder);
  const again = (await eventsOf(folder)).find((event) => event.step === 3 && 'D.lossReal' in event)!;
  const before = readFileSync(join(folder, 'rollbacks/1.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TrainingEvent)
    .find((event) => event.step === 3 && 'D.lossReal' in event)!;
  expect(again['D.lossReal']).not.toBe(before['D.lossReal']);
});

test('before the first checkpoint the run starts over; a second rollback lowers the rates further', async () => {
  const folder = freshFolder();
  const { result, views } = await run(folder, { at: 3, times: 2, to: 1 });
  expect(views.map(({ step }) => step)).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3, 4, 5, 6]);
  const { state } = await readCheckpoint(result.checkpoint);
  const { changes, trainer } = state as SessionState;
  expect(changes!.map(({ from, to }) => [from, to])).toEqual([
    [3, 0],
    [3, 0],
  ]);
  expect(trainer.learningRateFactors).toEqual({ generator: 0.25, discriminator: 0.0625 });
});

test('a run that began with weights from elsewhere starts over with them, even when they are gone', async () => {
  const source = freshFolder();
  await run(source, { at: 100 }, { steps: 3, ema: null });
  const tensorsAt = async (folder: string, step: number) =>
    (await readCheckpoint(join(folder, 'checkpoints', String(step).padStart(8, '0')))).tensorFiles;
  const given = await tensorsAt(source, 3);

  const folder = freshFolder();
  const document = { init: source, ema: null };
  const removeSource = (text: string): void => {
    if (text.startsWith('begins with the weights')) rmSync(source, { recursive: true });
  };
  const { result } = await run(folder, { at: 3, to: 1, onNote: removeSource }, document);
  // keepLast is 1: the start is kept besides, and it is what the run began with.
  expect(readdirSync(join(folder, 'checkpoints')).sort()).toEqual(['00000000', '00000006']);
  const start = await tensorsAt(folder, 0);
  for (const file of [
    'generator.safetensors',
    'discriminator.safetensors',
    'generator-optimizer.safetensors',
  ])
    expect(start[file]).toEqual(given[file]);
  const { state } = await readCheckpoint(join(folder, 'checkpoints/00000000'));
  // Written anew by the rollback, so that these are the weights that it went on with.
  expect((state as SessionState).changes!.map(({ from, to }) => [from, to])).toEqual([[3, 0]]);
  expect(result.step).toBe(6);
});

test('a run that is resumed after a rollback is the run that was never stopped', async () => {
  const [whole, parted] = [freshFolder(), freshFolder()];
  const uninterrupted = await run(whole);
  await run(parted, {}, { steps: 4 }).catch(() => undefined);
  const stopped = await run(freshFolder(), {}, { steps: 5 });
  expect(stopped.result.step).toBe(5);
  // The first part ends before the rollback, so its resumption has it; then once more behind it.
  const resumed = await run(parted, { resume: true }, { steps: 6 });
  const tensors = async ({ result }: { readonly result: TrainResult }): Promise<unknown> =>
    (await readCheckpoint(result.checkpoint)).tensorFiles;
  expect(await tensors(resumed)).toEqual(await tensors(uninterrupted));
  expect((await eventsOf(parted)).map(({ step }) => step)).toEqual(
    (await eventsOf(whole)).map(({ step }) => step),
  );
});

test('a stop says which checkpoint is healthy, and keeps it', async () => {
  const folder = freshFolder();
  const stopping = definePlugin({
    apiVersion: 1,
    name: 'stopping',
    register: (container) =>
      container.add(
        defineComponent({
          slot: 'stabilizer',
          id: 'stopping',
          summary: 'Stops at step 5.',
          options: z.strictObject({}),
          create: (): Stabilizer => ({
            interval: 1,
            healthyStep: 2,
            state: null,
            restore: () => undefined,
            observe: async ({ step }) => ({
              action: step === 5 ? { kind: 'stop', evidence: 'step 5: enough' } : { kind: 'continue' },
            }),
          }),
        }),
      ),
  });
  const { config, plugins } = await resolveConfig({
    document: {
      backend: { use: 'wasm', threads: 1 },
      data: { use: 'shapes', count: 4, shapes: ['circle', 'star'] },
      generator: { use: 'biggan', channels: 2, latentSize: 4, hierarchical: false, attention: [] },
      discriminator: { use: 'biggan', channels: 2, attention: [] },
      steps: 6,
      batchSize: 2,
      ema: null,
      checkpoint: { every: 1, keepLast: 1 },
      stabilizers: ['stopping'],
    },
    plugins: [stopping],
  });
  await expect(train({ config, runFolder: folder, resume: false, plugins })).rejects.toMatchObject({
    code: 'RUN_STOPPED',
    message: 'a stabilizer stopped the run: step 5: enough',
    hint: expect.stringContaining('The checkpoint of step 2 is healthy.'),
  });
  expect(readdirSync(join(folder, 'checkpoints')).sort()).toEqual(['00000002', '00000004']);
  expect(existsSync(join(folder, 'rollbacks'))).toBe(false);
});
