import type { HostTensor } from '@ganymede/safetensors';
import { halvedNames, shardTensors } from './shard-tensors.js';

const tensor = (...shape: number[]): HostTensor => ({
  dtype: 'F32',
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});
const bytes = (_: string, { data }: HostTensor): number => data.byteLength;
const shapeOf = (tensors: Record<string, HostTensor>, limit: number) =>
  shardTensors(tensors, bytes, limit).map(({ name, tensors: own }) => [name, Object.keys(own)]);

test('one file where all fits, else groups up to the limit, named as hubs name them', () => {
  const tensors = { a: tensor(2), b: tensor(2), c: tensor(8), d: tensor(1) };
  expect(shapeOf(tensors, 1000)).toEqual([['model.safetensors', ['a', 'b', 'c', 'd']]]);
  expect(shapeOf(tensors, 16)).toEqual([
    ['model-00001-of-00003.safetensors', ['a', 'b']],
    ['model-00002-of-00003.safetensors', ['c']],
    ['model-00003-of-00003.safetensors', ['d']],
  ]);
});

test('matrices and kernels are halved, vectors are not', () => {
  expect([...halvedNames({ v: tensor(3), m: tensor(3, 3), k: tensor(3, 3, 1, 1), s: tensor() })]).toEqual([
    'm',
    'k',
  ]);
});
