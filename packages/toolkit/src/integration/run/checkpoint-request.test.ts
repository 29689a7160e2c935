import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { checkpointSteps, requestCheckpoint, runLayout } from '@ganymede/checkpoints';
import type { RunEvent } from '@ganymede/runs';
import { loadRunConfig, resolveConfig, train } from '../../operations.js';

const root = mkdtempSync(join(tmpdir(), 'ganymede-checkpoint-request-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a checkpoint that is asked for comes after the step, once, and the run goes on', async () => {
  const { config } = await resolveConfig({
    document: {
      backend: { use: 'wasm' },
      data: { use: 'shapes', count: 8, shapes: ['circle', 'star'] },
      generator: {
        use: 'biggan',
        ...{ channels: 2, latentSize: 4, hierarchical: false, sharedEmbedding: false, attention: [] },
      },
      discriminator: { use: 'biggan', channels: 2, attention: [] },
      steps: 2,
      batchSize: 2,
      checkpoint: { every: 1000, keepLast: 5 },
      sample: { every: 1000, perClass: 1 },
    },
  });
  const runFolder = join(root, 'run');
  await train({ config, runFolder, resume: false });
  await requestCheckpoint(runFolder);
  const saved: string[] = [];
  const request = join(runFolder, runLayout.checkpointRequest);
  const onEvent = (event: RunEvent): void => {
    if (event.kind === 'checkpoint') saved.push(event.path);
    if (event.kind === 'step' && event.step === 5) writeFileSync(request, '');
  };
  const longer = await loadRunConfig(runFolder, [{ path: ['steps'], value: 5, flag: '--steps' }]);
  const { step } = await train({ config: longer.config, runFolder, resume: true, onEvent });
  expect(step).toBe(5);
  expect(saved.map((path) => Number(basename(path)))).toEqual([3, 5]);
  expect(await checkpointSteps(runFolder)).toEqual([2, 3, 5]);
  // One that comes with the last step is answered by the last checkpoint.
  expect(existsSync(request)).toBe(false);
});
