import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSafetensors } from '@ganymede/checkpoints';
import { FileWeights } from './file-weights.js';

let folder: string;
let sha256: string;
const request = { what: 'some-network', file: 'some.safetensors', origin: 'https://example.org' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganymede-weights-'));
  const path = join(folder, request.file);
  await writeSafetensors(
    path,
    { a: { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) } },
    { note: 'x' },
  );
  sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
});

afterAll(() => rm(folder, { recursive: true }));

test('a file of the cache, with its hash', async () => {
  const file = await new FileWeights(folder, Date).read({ ...request, sha256: sha256.slice(0, 8) });
  expect(file).toMatchObject({ path: join(folder, request.file), sha256, metadata: { note: 'x' } });
  expect(file.tensors['a']).toMatchObject({ shape: [2], data: Float32Array.of(1, 2) });
});

test('another file in its place is refused, but not where the user named it', async () => {
  const weights = new FileWeights(folder, Date);
  await expect(weights.read({ ...request, sha256: '00000000' })).rejects.toMatchObject({
    code: 'WEIGHTS_CHECKSUM',
    message: `some-network: expected ${join(folder, request.file)} with SHA-256 00000000, got ${sha256}`,
  });
  const path = join(folder, request.file);
  expect((await weights.read({ ...request, sha256: '00000000', path })).sha256).toBe(sha256);
});

test('a missing file', async () => {
  const weights = new FileWeights(folder, Date);
  await expect(weights.read({ ...request, file: 'none.pth', sha256: '1234abcd' })).rejects.toMatchObject({
    code: 'WEIGHTS_NOT_FOUND',
    hint: expect.stringMatching(
      /none\.pth.*https:\/\/example\.org\..*begins with 1234abcd\..*data extractor train/,
    ),
  });
});

test('a file that is neither format says so', async () => {
  const path = join(folder, 'broken.pth');
  await writeFile(path, 'no weights');
  await expect(new FileWeights(folder, Date).read({ ...request, path })).rejects.toMatchObject({
    code: 'TORCH_FILE_DAMAGED',
  });
});
