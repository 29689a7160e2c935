import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCheckpoint, readEvents, stepFolderName } from '@ganymede/checkpoints';
import type { TrainingEvent } from '@ganymede/core';
import type { ConfigDocument } from '@ganymede/config';
import { resolveConfig, train } from '../../operations.js';

const root = mkdtempSync(join(tmpdir(), 'ganymede-watching-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Compiling and training take longer where other work goes on. */
const patience = 240_000;

interface Told {
  readonly folder: string;
  readonly events: readonly TrainingEvent[];
}

async function run(name: string, steps: number, document: ConfigDocument): Promise<Told> {
  const folder = join(root, name);
  const { config } = await resolveConfig({
    document: {
      backend: { use: 'wasm', threads: 1 },
      precision: 'float32',
      generator: {
        use: 'biggan',
        channels: 2,
        latentSize: 8,
        hierarchical: false,
        sharedEmbedding: false,
        attention: [],
      },
      discriminator: { use: 'biggan', channels: 2, attention: [] },
      batchSize: 4,
      ema: null,
      sample: { every: 1000, perClass: 2 },
      log: { every: 1 },
      checkpoint: { every: 1000, keepLast: 1 },
      steps,
      ...document,
    },
  });
  await train({ config, runFolder: folder, resume: false });
  return { folder, events: (await readEvents(join(folder, 'events.jsonl'))).events };
}

test(
  'a run that is watched is the run that is not: weights, optimizers, every number of every step',
  async () => {
    const data = { use: 'shapes', count: 60, shapes: ['circle', 'star'] };
    const watching = [
      { use: 'non-finite' },
      { use: 'spectrum', interval: 1 },
      { use: 'probe', interval: 1, perClass: 3 },
      { use: 'collapse-guard' },
    ];
    const watched = await run('watched', 5, { data, stabilizers: watching });
    const alone = await run('alone', 5, { data, stabilizers: [] });
    const tensors = async ({ folder }: Told): Promise<unknown> =>
      (await readCheckpoint(join(folder, 'checkpoints', stepFolderName(5)))).tensorFiles;
    expect(await tensors(watched)).toEqual(await tensors(alone));
    const numbers = ({ events }: Told): unknown[] =>
      events
        .filter((event) => 'G.loss' in event)
        .map((event) => Object.entries(event).filter(([name]) => /^(step|[DG]\..*)$/.test(name)));
    expect(numbers(watched)).toHaveLength(5);
    expect(numbers(watched)).toEqual(numbers(alone));
    expect(watched.events.filter((event) => 'probe' in event)).toHaveLength(5);
  },
  patience,
);

test(
  'a run that collapses from the start is called so, without a better past',
  async () => {
    const fast = { use: 'adam', beta1: 0.95, beta2: 0.99 };
    const { events } = await run('fast', 52, {
      data: { use: 'shapes', count: 400, shapes: ['circle', 'star', 'heart'] },
      generator: {
        use: 'biggan',
        channels: 4,
        latentSize: 16,
        hierarchical: false,
        sharedEmbedding: false,
        attention: [],
        initialization: 'orthogonal',
      },
      discriminator: { use: 'biggan', channels: 4, attention: [], initialization: 'orthogonal' },
      generatorOptimizer: fast,
      discriminatorOptimizer: fast,
      learningRates: { generator: 2e-3, discriminator: 2e-3 },
      batchSize: 8,
      stabilizers: [
        { use: 'probe', interval: 5 },
        { use: 'collapse-guard', window: 40 },
      ],
    });
    const told = events.filter((event) => 'collapse' in event).map((event) => event['collapse']);
    expect(told).toContainEqual(expect.objectContaining({ signals: expect.arrayContaining(['unvaried']) }));
    const words = events.map((event) => event['evidence']).filter((text) => typeof text === 'string');
    expect(words).toContainEqual(
      expect.stringMatching(/^step \d+: samples have been copies of few pictures since/),
    );
  },
  patience,
);
