import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipFile, ZipReader } from '@ganymede/zip';
import { torchDamaged, torchUnsupported } from './errors.js';
import { readTorchFile } from './read-torch-file.js';
import { writeTorchFile } from './write-torch-file.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torch-'));
});
afterAll(() => rm(folder, { recursive: true }));

const fixture = join(__dirname, '../fixtures/dtypes.zip.pth');

describe('writeTorchFile', () => {
  it('writes what readTorchFile reads, aligned as torch.save aligns', async () => {
    const tensors = await readTorchFile(fixture);
    const path = join(folder, 'out.pth');
    await writeTorchFile(path, tensors);
    expect(await readTorchFile(path)).toEqual(tensors);
    const bytes = await readFile(path);
    const values = Buffer.from(Float64Array.of(Math.PI).buffer);
    expect(bytes.indexOf(values) % 64).toBe(0);
  });

  it('emits the pickle that torch.load (1.13 and 2.x, also weights_only) was seen to read', async () => {
    const path = join(folder, 'one.pth');
    await writeTorchFile(path, { w: { dtype: 'F32', shape: [2, 3], data: new Float32Array(6) } });
    const handle = await open(path, 'r');
    const pickle = await (
      await ZipReader.open(zipFile(handle), path, {
        problems: { damaged: torchDamaged, unsupported: torchUnsupported },
      })
    ).read('archive/data.pkl');
    await handle.close();
    expect(Buffer.from(pickle).toString('latin1')).toBe(
      [
        '\x80\x02ccollections\nOrderedDict\n)R(',
        'X\x01\0\0\0w',
        'ctorch._utils\n_rebuild_tensor_v2\n((',
        'X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuJ\x06\0\0\0tQ',
        'J\0\0\0\0(J\x02\0\0\0J\x03\0\0\0t(J\x03\0\0\0J\x01\0\0\0t\x89ccollections\nOrderedDict\n)RtR',
        'u.',
      ].join(''),
    );
  });
});
