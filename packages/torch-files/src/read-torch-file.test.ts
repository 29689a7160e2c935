import { isGanymedeError } from '@ganymede/core';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostTensor } from '@ganymede/safetensors';
import { readTorchFile, readTorchValue } from './read-torch-file.js';

/** Files that PyTorch itself wrote; see make.py there. */
const fixture = (name: string): string => join(__dirname, '../fixtures', `${name}.pth`);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torch-'));
});
afterAll(() => rm(folder, { recursive: true }));

const f32 = (shape: number[], ...values: number[]): HostTensor => ({
  dtype: 'F32',
  shape,
  data: Float32Array.from(values),
});

const dtypes: Record<string, HostTensor> = {
  'conv.weight': f32([2, 3, 2, 2], ...Array.from({ length: 24 }, (_, i) => i / 8)),
  transposed: f32([3, 2], 0, 3, 1, 4, 2, 5),
  slice: f32([2, 3], 6, 8, 10, 12, 14, 16),
  expanded: f32([3], 5, 5, 5),
  scalar: f32([], 0.5),
  empty: f32([0, 3]),
  double: { dtype: 'F64', shape: [1], data: Float64Array.of(Math.PI) },
  half: f32([3], 1, -2, 65504),
  brain: f32([2], 1, -2),
  long: { dtype: 'I64', shape: [2], data: BigInt64Array.of(-(2n ** 63n), 2n ** 53n + 1n) },
  int: { dtype: 'I32', shape: [1], data: Int32Array.of(-(2 ** 31)) },
  short: { dtype: 'I16', shape: [1], data: Int16Array.of(-32768) },
  tiny: { dtype: 'I8', shape: [1], data: Int8Array.of(-128) },
  byte: { dtype: 'U8', shape: [1], data: Uint8Array.of(255) },
  flags: { dtype: 'BOOL', shape: [2], data: Uint8Array.of(1, 0) },
  parameter: f32([2, 2], 1, 2, 3, 4),
};

describe.each(['zip', 'legacy'])('a file of torch.save in the %s format', (format) => {
  it('gives every dtype, views, parameters and the order', async () => {
    const tensors = await readTorchFile(fixture(`dtypes.${format}`));
    expect(tensors).toEqual(dtypes);
    expect(Object.keys(tensors)).toEqual(Object.keys(dtypes));
  });

  it('gives the nested state of an optimizer', async () => {
    const value = (await readTorchValue(fixture(`adam.${format}`))) as Map<string, unknown>;
    const state = value.get('state') as Map<number, Map<string, HostTensor>>;
    // Adam with beta1 = 0 after one step with the gradients 1 and 2: m = g, v = 0.001 g^2.
    expect(state.get(0)!.get('exp_avg')).toEqual(f32([1, 2], 1, 2));
    expect(state.get(0)!.get('exp_avg_sq')!.data[1]).toBeCloseTo(0.004, 8);
    const [group] = value.get('param_groups') as Map<string, unknown>[];
    expect(group!.get('betas')).toEqual([0, 0.999]);
    expect(group!.get('amsgrad')).toBe(false);
    await expect(readTorchFile(fixture(`adam.${format}`))).rejects.toMatchObject({
      code: 'TORCH_UNSUPPORTED',
      message: expect.stringMatching(/entry state: expected a tensor .* a dict with the keys 0, 1/),
    });
  });

  it('is a coded error wherever it is cut short', async () => {
    const whole = await readFile(fixture(`dtypes.${format}`));
    const path = join(folder, `cut.${format}`);
    for (let length = 0; length < whole.byteLength; length += 29) {
      await writeFile(path, whole.subarray(0, length));
      await expect(readTorchFile(path)).rejects.toMatchObject({ code: 'TORCH_FILE_DAMAGED' });
    }
  });

  it('is a coded error, or reads, whichever byte is flipped', async () => {
    const whole = await readFile(fixture(`dtypes.${format}`));
    const path = join(folder, `flipped.${format}`);
    let refused = 0;
    for (let i = 0; i < whole.byteLength; i += 11) {
      const bytes = Buffer.from(whole);
      bytes[i]! ^= 1 << (i % 8);
      await writeFile(path, bytes);
      const read = await readTorchFile(path).catch((error: unknown) => {
        if (!isGanymedeError(error)) throw error;
        return undefined;
      });
      if (!read) refused++;
      // A zip has checksums: what is read is right. (The older format has none.)
      else if (format === 'zip') expect(read).toEqual(dtypes);
    }
    expect(refused).toBeGreaterThan(50);
  });
});

describe('what is refused', () => {
  it('names the class of a pickled module', async () => {
    await expect(readTorchFile(fixture('module.zip'))).rejects.toMatchObject({
      code: 'TORCH_GLOBAL_REFUSED',
      message: expect.stringContaining('torch.nn.modules.linear.Linear'),
      hint: expect.stringContaining('state_dict()'),
    });
  });

  it('names code that a pickle would run', async () => {
    const path = join(folder, 'evil.pth');
    await writeFile(path, '\x80\x02cposix\nsystem\n(X\x04\x00\x00\x00exittR.', 'latin1');
    await expect(readTorchFile(path)).rejects.toMatchObject({
      code: 'TORCH_GLOBAL_REFUSED',
      message: expect.stringContaining('posix.system'),
    });
  });

  it.each<[string, string, string]>([
    ['another pickle', '\x80\x02K\x07.', 'TORCH_FILE_DAMAGED'],
    ['an opcode that builds objects', '\x80\x02)\x81.', 'TORCH_UNSUPPORTED'],
    ['a pickle of protocol 5', '\x80\x05N.', 'TORCH_UNSUPPORTED'],
    ['a memo entry that is not there', '\x80\x02h\x07.', 'TORCH_FILE_DAMAGED'],
    ['an empty stack', '\x80\x02.', 'TORCH_FILE_DAMAGED'],
    ['a text file', 'hello', 'TORCH_FILE_DAMAGED'],
    ['an empty file', '', 'TORCH_FILE_DAMAGED'],
  ])('tells %s', async (_, content, code) => {
    const path = join(folder, 'other.pth');
    await writeFile(path, content, 'latin1');
    await expect(readTorchFile(path)).rejects.toMatchObject({ code });
  });
});
