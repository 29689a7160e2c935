import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCheckpoint } from '@ganymede/checkpoints';
import type { ConfigDocument, ResolvedConfig } from '@ganymede/config';
import { emaSnapshotSteps, readEmaSnapshot, type RunEvent } from '@ganymede/runs';
import { expectAllclose } from '@ganymede/testing';
import { resolveConfig, train } from '../../operations.js';

const root = mkdtempSync(join(tmpdir(), 'ganymede-ema-snapshots-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const document: ConfigDocument = {
  backend: { use: 'wasm' },
  data: { use: 'shapes', count: 8, shapes: ['circle', 'star'] },
  generator: {
    use: 'biggan',
    ...{ channels: 2, latentSize: 4, hierarchical: false, sharedEmbedding: false, attention: [] },
  },
  discriminator: { use: 'biggan', channels: 2, attention: [] },
  steps: 5,
  batchSize: 2,
  posthocEma: { every: 2 },
  checkpoint: { every: 3, keepLast: 1 },
  sample: { every: 1000, perClass: 1 },
};

const configOf = async (changes: ConfigDocument = {}): Promise<ResolvedConfig> =>
  (await resolveConfig({ document: { ...document, ...changes } })).config;

/** Trains in a folder below the root; stops after a step where one is named. */
async function run(
  name: string,
  config: ResolvedConfig,
  { stopAt = 0, resume = false } = {},
): Promise<string> {
  const stop = new AbortController();
  const onEvent = (event: RunEvent): void => {
    if (event.kind === 'step' && event.step === stopAt) stop.abort();
  };
  const runFolder = join(root, name);
  await train({ config, runFolder, resume, onEvent, signal: stop.signal });
  return runFolder;
}

/** Every file of every snapshot. */
function filesOf(folder: string): Record<string, string> {
  const snapshots = join(folder, 'ema-snapshots');
  const names = readdirSync(snapshots, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.includes('.'),
  );
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(snapshots, name)).toString('base64')]),
  );
}

test('come when they are due and at the end, and a stopped run leaves the same when it has gone on', async () => {
  const config = await configOf();
  const through = await run('through', config);
  expect(await emaSnapshotSteps(through)).toEqual([2, 4, 5]);
  const { state } = await readEmaSnapshot(through, 4);
  expect(state).toEqual({
    format: 1,
    step: 4,
    averagedSteps: 4,
    profiles: [
      { file: 'power-average-0.safetensors', sigmaRel: 0.05, gamma: expect.closeTo(16.972, 3) },
      { file: 'power-average-1.safetensors', sigmaRel: 0.1, gamma: expect.closeTo(6.937, 3) },
    ],
    precision: 'float16',
  });

  await run('stopped', config, { stopAt: 3 });
  const stopped = await run('stopped', config, { resume: true });
  expect(filesOf(stopped)).toEqual(filesOf(through));
}, 120_000);

test('come before the checkpoint of their step, with which a run goes on', async () => {
  const config = await configOf({
    posthocEma: { every: 1 },
    checkpoint: { every: 1, keepLast: 1 },
    steps: 2,
  });
  const folder = await run('each', config);
  expect(await emaSnapshotSteps(folder)).toEqual([1, 2]);
  expect(readdirSync(join(folder, 'checkpoints'))).toEqual(['00000002']);
}, 120_000);

test.each(['wasm', 'tensorflow'])(
  'on %s the averages are those of the weights that each step left',
  async (use) => {
    const steps = 4;
    const config = await configOf({
      backend: { use },
      posthocEma: { lengths: [0.1, 0.25], every: steps, precision: 'float32' },
      checkpoint: { every: 1, keepLast: steps },
      learningRates: { generator: 0.02, discriminator: 0.02 },
      steps,
    });
    const folder = await run(`on-${use}`, config);
    const checkpoints = await Promise.all(
      [1, 2, 3, 4].map((step) => readCheckpoint(join(folder, 'checkpoints', `0000000${step}`))),
    );
    const { tensorFiles, state } = await readEmaSnapshot(folder, steps);
    for (const { file, gamma } of state.profiles) {
      expect(checkpoints[3]!.tensorFiles[file]).toEqual(tensorFiles[file]);
      const share = (k: number): number => (k / steps) ** (gamma + 1);
      for (const [name, { data }] of Object.entries(tensorFiles[file]!)) {
        const seen = checkpoints.map((one) => one.tensorFiles['generator.safetensors']![name]!.data);
        const expected = Array.from(data as Float32Array, (_, at) =>
          seen.reduce((sum, values, k) => sum + (share(k + 1) - share(k)) * Number(values[at]), 0),
        );
        expectAllclose([...(data as Float32Array)], expected, { rtol: 1e-5, atol: 1e-6 });
      }
    }
    const [newest, first] = [3, 0].map(
      (k) => checkpoints[k]!.tensorFiles['generator.safetensors']!['linear.weight']!.data as Float32Array,
    );
    expect(Math.max(...newest!.map((value, at) => Math.abs(value - first![at]!)))).toBeGreaterThan(1e-3);
  },
  240_000,
);
