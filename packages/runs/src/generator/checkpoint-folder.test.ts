import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCheckpoint } from '@ganymede/checkpoints';
import { checkpointFolder } from './open-generator.js';

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'ganymede-checkpoints-'));
});
afterEach(() => rm(run, { recursive: true }));

const tensors = { w: { dtype: 'F32' as const, shape: [4], data: new Float32Array(4) } };
const write = (step: number): Promise<unknown> =>
  writeCheckpoint(run, step, { tensorFiles: { 'generator.safetensors': tensors }, state: {} });
const folderOf = (step: number): string => join(run, 'checkpoints', `0000000${step}`);

test('the latest, or that of a step', async () => {
  await write(1);
  await write(2);
  expect(await checkpointFolder(run, 'latest')).toBe(folderOf(2));
  expect(await checkpointFolder(run, 1)).toBe(folderOf(1));
});

test('a step without one is told with those that there are', async () => {
  await write(1);
  await write(2);
  await expect(checkpointFolder(run, 7)).rejects.toMatchObject({
    code: 'NO_CHECKPOINT',
    kind: 'missing',
    message: expect.stringContaining('step 7, got those of 1, 2'),
  });
});

test('where the newest is cut short an older one is not taken for it', async () => {
  await write(1);
  await write(2);
  await truncate(join(folderOf(2), 'generator.safetensors'), 20);
  await expect(checkpointFolder(run, 'latest')).rejects.toMatchObject({
    code: 'CHECKPOINT_DAMAGED',
    message: expect.stringMatching(/latest checkpoint, of step 2, to be whole, got .*generator/),
    hint: expect.stringContaining('--checkpoint 1'),
  });
  expect(await checkpointFolder(run, 1)).toBe(folderOf(1));
});

test('none at all', async () => {
  await expect(checkpointFolder(run, 'latest')).rejects.toMatchObject({ code: 'NO_CHECKPOINT' });
  await expect(checkpointFolder(run, 3)).rejects.toMatchObject({
    code: 'NO_CHECKPOINT',
    message: expect.stringContaining('none at all'),
  });
});
