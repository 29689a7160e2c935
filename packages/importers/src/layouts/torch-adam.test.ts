import { join } from 'node:path';
import type { HostTensor } from '@ganymede/safetensors';
import { readTorchValue, type TorchValue } from '@ganymede/torch-files';
import { readTorchAdam } from './torch-adam.js';

const tensor = (shape: readonly number[], ...values: number[]): HostTensor => ({
  dtype: 'F32',
  shape,
  data: Float32Array.from(values),
});
const fixture = (name: string): Promise<TorchValue> =>
  readTorchValue(join(__dirname, '../../../torch-files/fixtures', name));

/** The module of fixtures/make.py; u0 is no parameter and is passed over. */
const linear = {
  weight: tensor([1, 2], 1, -1),
  'layer.u0': tensor([1, 1], 1),
  bias: tensor([1], 0.5),
};

test.each(['adam.zip.pth', 'adam.legacy.pth'])('%s: one step of torch.optim.Adam', async (name) => {
  const adam = readTorchAdam(await fixture(name), linear, name);
  // fixtures/make.py: the gradient is (1, 2) for the weight and 1 for the bias, beta1 = 0, beta2 = 0.999.
  expect(adam).toMatchObject({ updates: 1, learningRate: 0.001, beta1: 0, beta2: 0.999, epsilon: 1e-8 });
  expect([...(adam.m['weight']!.data as Float32Array)]).toEqual([1, 2]);
  expect(adam.v['weight']!.data[0]).toBeCloseTo(0.001, 8);
  expect(adam.v['weight']!.data[1]).toBeCloseTo(0.004, 8);
  expect(adam.v['bias']!.shape).toEqual([1]);
});

test('keys may be addresses, as PyTorch before 1.5 wrote them', async () => {
  const value = (await fixture('adam.zip.pth')) as Map<string, TorchValue>;
  const addresses = [140737353971904, 140737353971976];
  const group = new Map((value.get('param_groups') as Map<TorchValue, TorchValue>[])[0]).set(
    'params',
    addresses,
  );
  const state = value.get('state') as Map<number, TorchValue>;
  const old = new Map<TorchValue, TorchValue>([
    ['state', new Map([...state].reverse().map(([i, entry]) => [addresses[i]!, entry]))],
    ['param_groups', [group]],
  ]);
  expect(readTorchAdam(old, linear, 'old')).toEqual(readTorchAdam(value, linear, 'new'));
});

test('an optimizer that made no step has no moments', () => {
  const group = new Map<TorchValue, TorchValue>([
    ['lr', 0.1],
    ['betas', [0, 0.9]],
    ['eps', 1e-6],
    ['params', [0, 1]],
  ]);
  const value = new Map<TorchValue, TorchValue>([
    ['state', new Map()],
    ['param_groups', [group]],
  ]);
  expect(readTorchAdam(value, linear, 'x')).toMatchObject({ updates: 0, beta2: 0.9, m: {}, v: {} });
});

test('every moment that does not fit is listed', async () => {
  const value = await fixture('adam.zip.pth');
  const other = { weight: tensor([2, 1], 1, 1), bias: tensor([3], 1, 1, 1) };
  expect(() => readTorchAdam(value, other, 'G_optim.pth')).toThrow(
    expect.objectContaining({
      code: 'WEIGHTS_MISMATCH',
      message: [
        "G_optim.pth: expected moments of the network's parameters, got",
        '  weight.exp_avg: expected F32 [2, 1], got F32 [1, 2]',
        '  weight.exp_avg_sq: expected F32 [2, 1], got F32 [1, 2]',
        '  bias.exp_avg: expected F32 [3], got F32 [1]',
        '  bias.exp_avg_sq: expected F32 [3], got F32 [1]',
      ].join('\n'),
    }),
  );
});

test('another number of parameters, and no optimizer at all', async () => {
  const value = await fixture('adam.zip.pth');
  const { bias: _, ...fewer } = linear;
  expect(() => readTorchAdam(value, fewer, 'D_optim.pth')).toThrow(
    expect.objectContaining({
      code: 'NOT_ADAM',
      message: 'D_optim.pth: expected 1 parameters, as the network has, got 2',
    }),
  );
  expect(() => readTorchAdam(new Map(), linear, 'D.pth')).toThrow(
    /D\.pth: expected the state_dict of an optimizer, got something else/,
  );
});
