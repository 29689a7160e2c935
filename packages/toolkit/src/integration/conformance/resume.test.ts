import { latestCheckpoint, readCheckpoint } from '@ganymede/checkpoints';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRunConfig, resolveConfig, train } from '../../operations.js';

const folder = mkdtempSync(join(tmpdir(), 'ganymede-resume-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Everything that remembers or draws: dropout, noise of penalties, averages of logits, lazy penalties, parts of a batch. */
const document = {
  backend: { use: 'wasm', threads: 1 },
  data: { use: 'shapes', count: 8, shapes: ['circle', 'star'] },
  generator: { use: 'biggan', channels: 2, latentSize: 8, sharedSize: 4, attention: [] },
  discriminator: { use: 'biggan', channels: 2, attention: [], dropout: 0.3 },
  regularizers: [
    { use: 'lecam', start: 1, weight: 0.1 },
    { use: 'dragan', weight: 0.1 },
    { use: 'r2', interval: 2, gamma: 0.1 },
  ],
  generatorOptimizer: { use: 'adam', weightDecay: 0.01, decoupled: true },
  steps: 4,
  batchSize: 2,
  accumulation: 2,
  ema: { decay: 0.5, start: 1 },
  sample: { every: 100, perClass: 2 },
};

async function checkpointOf(runFolder: string): Promise<Record<string, Record<string, ArrayLike<number>>>> {
  const { checkpoint } = await latestCheckpoint(runFolder);
  const { tensorFiles } = await readCheckpoint(checkpoint!.folder);
  return Object.fromEntries(
    Object.entries(tensorFiles).map(([file, tensors]) => [
      file,
      Object.fromEntries(
        Object.entries(tensors).map(([name, { data }]) => [name, Array.from(data as Float32Array)]),
      ),
    ]),
  );
}

test('a run that stopped half way ends as the one that did not', async () => {
  const through = join(folder, 'through');
  const stopped = join(folder, 'stopped');
  const whole = await resolveConfig({ document });
  await train({ config: whole.config, plugins: whole.plugins, runFolder: through, resume: false });

  const half = await resolveConfig({ document: { ...document, steps: 2 } });
  await train({ config: half.config, plugins: half.plugins, runFolder: stopped, resume: false });
  const rest = await loadRunConfig(stopped, [{ path: ['steps'], value: 4, flag: '--steps 4' }]);
  const { step } = await train({
    config: rest.config,
    plugins: rest.plugins,
    runFolder: stopped,
    resume: true,
  });

  expect(step).toBe(4);
  const expected = await checkpointOf(through);
  expect(Object.keys(expected['regularizers.safetensors']!)).toEqual(['0.fakeMean', '0.realMean', '0.steps']);
  // Two micro-batches in each of four steps.
  expect(expected['regularizers.safetensors']!['0.steps']).toEqual([8]);
  expect(await checkpointOf(stopped)).toEqual(expected);
}, 240_000);
