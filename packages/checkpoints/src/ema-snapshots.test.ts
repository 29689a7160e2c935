import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkpointSteps, readCheckpoint, verifyCheckpoint, type CheckpointContent } from './checkpoint.js';
import { RunFolder } from './run-folder.js';
import { runLayout } from './run-layout.js';
import { SafetensorsFile } from './safetensors-file.js';

let folder: string;
let run: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runs-'));
  run = join(folder, 'first');
});
afterEach(() => rm(folder, { recursive: true }));

const content = (step: number): CheckpointContent => ({
  tensorFiles: {
    'average.safetensors': {
      kernel: { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1 / 3, step, -2, 0) },
      variance: { dtype: 'F32', shape: [1], data: Float32Array.of(1e-9) },
    },
  },
  state: { step },
  float16: { 'average.safetensors': new Set(['kernel']) },
});
const snapshots = (): Promise<number[]> => checkpointSteps(run, runLayout.emaSnapshots);
const pathOf = (name: string): string => join(run, runLayout.emaSnapshots, name);

async function trained(...steps: number[]): Promise<RunFolder> {
  const made = await RunFolder.create(run, { config: {}, environment: {} });
  for (const step of steps) {
    made.events.append({ step });
    await made.writeEmaSnapshot(step, content(step));
    if (step % 2 === 0) await made.writeCheckpoint(step, content(step));
  }
  return made;
}

test('are whole, with a checksum, and rounded to float16 where that is said', async () => {
  await (await trained(1)).close();
  expect(await verifyCheckpoint(pathOf('00000001'))).toEqual({ step: 1 });
  const file = await SafetensorsFile.open(join(pathOf('00000001'), 'average.safetensors'));
  expect([file.entry('kernel')?.dtype, file.entry('variance')?.dtype]).toEqual(['F16', 'F32']);
  await file.close();
  const { tensorFiles } = await readCheckpoint(pathOf('00000001'));
  expect(tensorFiles['average.safetensors']).toEqual({
    kernel: { dtype: 'F32', shape: [2, 2], data: Float32Array.of(0.333251953125, 1, -2, 0) },
    variance: { dtype: 'F32', shape: [1], data: Float32Array.of(1e-9) },
  });
});

test('outlive the checkpoints of their steps', async () => {
  const made = await trained(1, 2, 3, 4, 6);
  await made.pruneCheckpoints({ keepLast: 1 });
  await made.close();
  expect(await checkpointSteps(run)).toEqual([6]);
  expect(await snapshots()).toEqual([1, 2, 3, 4, 6]);
});

test('past the checkpoint that a run resumes from are removed, with what a kill left half', async () => {
  await (await trained(1, 2, 3)).close();
  await mkdir(pathOf('.writing-00000004'));
  const again = await RunFolder.open(run);
  expect(await again.resume()).toMatchObject({
    checkpoint: { step: 2 },
    recovered: ['the unfinished snapshot of averages 00000004 was removed'],
  });
  await again.close();
  expect(await readdir(join(run, runLayout.emaSnapshots))).toEqual(['00000001', '00000002']);
});

test('past the one that a rollback goes to are removed', async () => {
  const made = await trained(1, 2, 3, 4, 5);
  expect(await made.rollBack(3)).toMatchObject({ step: 2 });
  await made.close();
  expect(await snapshots()).toEqual([1, 2]);
});

test('stay where no checkpoint is whole, for then nothing is redone', async () => {
  await (await trained(1, 2)).close();
  await writeFile(join(run, runLayout.checkpoints, '00000002', 'state.json'), '{}');
  const again = await RunFolder.open(run);
  expect(await again.resume()).toMatchObject({ checkpoint: null, skipped: [{ step: 2 }] });
  await again.close();
  expect(await snapshots()).toEqual([1, 2]);
});
