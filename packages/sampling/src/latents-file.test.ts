import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serializeSafetensors } from '@ganymede/checkpoints';
import { readLatents, serializeLatents } from './latents-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latents-'));
});
afterEach(() => rm(folder, { recursive: true }));

const latents = {
  z: Float32Array.of(1, -2, 3, 4, 5, 6),
  classWeights: Float32Array.of(0.25, 0.75, 1, 0),
  names: ['a.png', 'b.png'],
};
const classes = { count: 2, names: ['cat', 'dog'] };
const fitting = { latentSize: 3, classes };

test('come back as they went', async () => {
  const path = join(folder, 'a.safetensors');
  await writeFile(path, serializeLatents(latents, classes, { run: 'mine' }));
  expect(await readLatents(path, fitting)).toEqual(latents);
});

test('a flipped bit is found', async () => {
  const path = join(folder, 'flipped.safetensors');
  const bytes = serializeLatents(latents, classes);
  bytes[bytes.length - 3]! ^= 1;
  await writeFile(path, bytes);
  await expect(readLatents(path, fitting)).rejects.toMatchObject({ code: 'SAFETENSORS_DAMAGED' });
});

test('of other makers, without names, are numbered', async () => {
  const path = join(folder, 'b.safetensors');
  const tensor = (shape: number[], data: Float32Array) => ({ dtype: 'F32' as const, shape, data });
  await writeFile(
    path,
    serializeSafetensors({
      z: tensor([2, 3], latents.z),
      classWeights: tensor([2, 2], latents.classWeights),
    }),
  );
  expect((await readLatents(path, fitting)).names).toEqual(['0', '1']);
});

test.each([
  [{ latentSize: 4, classes }, 'expected z [2, 4] and classWeights [2, 2], got [2, 3] and [2, 2]'],
  [
    { latentSize: 3, classes: { count: 5, names: null } },
    'expected z [2, 3] and classWeights [2, 5], got [2, 3] and [2, 2]',
  ],
])('of another generator are refused', async (generator, message) => {
  const path = join(folder, 'c.safetensors');
  await writeFile(path, serializeLatents(latents, classes));
  await expect(readLatents(path, generator)).rejects.toMatchObject({
    code: 'LATENTS_DO_NOT_FIT',
    message: `${path}: ${message}`,
  });
});

test('classes are matched by name', async () => {
  const path = join(folder, 'd.safetensors');
  await writeFile(path, serializeLatents(latents, classes));
  const other = (names: string[]) => readLatents(path, { latentSize: 3, classes: { count: 2, names } });
  expect([...(await other(['dog', 'cat'])).classWeights]).toEqual([0.75, 0.25, 0, 1]);
  await expect(other(['dog', 'owl'])).rejects.toMatchObject({
    code: 'CLASSES_DIFFER',
    message: `${path}: expected the 2 classes of the run, got 2 without owl and with cat, which it does not have`,
  });
});
