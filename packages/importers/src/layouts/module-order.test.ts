import { join } from 'node:path';
import { readTorchFile } from '@ganymede/torch-files';
import { inModuleOrder } from './module-order.js';
import { parameterNames } from './state-dict.js';

const fixture = (name: string) => readTorchFile(join(__dirname, '../../fixtures/biggan', name));

test.each(['G.pth', 'D.pth'])(
  '%s: names that were sorted are put in the order of torch.save again',
  async (name) => {
    const theirs = await fixture(name);
    const sorted = Object.fromEntries(Object.entries(theirs).sort(([a], [b]) => (a < b ? -1 : 1)));
    expect(Object.keys(sorted)).not.toEqual(Object.keys(theirs));
    expect(Object.keys(inModuleOrder(sorted))).toEqual(Object.keys(theirs));
  },
);

test('parameters are what is no buffer', async () => {
  const names = parameterNames(await fixture('D.pth'));
  expect(names.slice(0, 2)).toEqual(['blocks.0.0.conv1.weight', 'blocks.0.0.conv1.bias']);
  expect(names.at(-1)).toBe('embed.weight');
  expect(names.filter((name) => !/\.(weight|bias)$/.test(name))).toEqual([]);
});

test('attention and the blocks of BigGAN-deep', () => {
  const names = [
    ...['shared.weight', 'linear.weight', 'linear.bias', 'linear.u0', 'linear.sv0'],
    ...['blocks.2.0.conv1.weight', 'blocks.2.0.conv4.weight', 'blocks.2.0.bn1.stored_mean'],
    ...['blocks.2.0.bn1.gain.weight', 'blocks.2.0.bn1.bias.weight', 'blocks.2.0.bn4.gain.weight'],
    ...['blocks.2.1.gamma', 'blocks.2.1.theta.weight', 'blocks.2.1.phi.weight', 'blocks.2.1.g.weight'],
    ...['blocks.2.1.o.weight', 'blocks.10.0.conv1.weight', 'output_layer.0.gain', 'output_layer.0.bias'],
    ...['output_layer.0.stored_mean', 'output_layer.2.weight', 'output_layer.2.bias'],
  ];
  const tensor = { dtype: 'F32', shape: [0], data: new Float32Array(0) } as const;
  const reversed = Object.fromEntries([...names].reverse().map((name) => [name, tensor]));
  expect(Object.keys(inModuleOrder(reversed))).toEqual(names);
});
