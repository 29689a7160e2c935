import { computesInBfloat16, makesActivations, staysInBfloat16 } from './index.js';

const float = (...shape: number[]) => ({ shape, stored: false });
const stored = (...shape: number[]) => ({ shape, stored: true });

test.each([
  ['a convolution', 'Conv2D', [float(8, 16, 16, 4), float(3, 3, 4, 8)], true],
  ['a product that reuses its elements', 'BatchMatMulV2', [float(64, 64), float(64, 64)], true],
  ['a product with a vector', 'BatchMatMulV2', [float(1, 64), float(64, 64)], false],
  ['a product of few uses', 'BatchMatMulV2', [float(64, 4), float(4, 4)], false],
  ['a sum of activations, as a product', 'BatchMatMulV2', [float(1, 1, 64), stored(8, 64, 32)], true],
  ['a product by elements', 'Mul', [float(64, 64), float(64, 64)], false],
])('%s', (_, op, inputs, expected) => {
  expect(computesInBfloat16(op, inputs)).toBe(expected);
});

test.each([
  ['two activations', [stored(8, 4, 4, 16), stored(8, 4, 4, 16)], true],
  ['an activation and a bias', [stored(8, 4, 4, 16), float(1, 1, 1, 16)], true],
  ['an activation and a gain for each sample', [stored(8, 4, 4, 16), float(8, 1, 1, 16)], true],
  ['an activation and float32 values of its size', [stored(8, 4, 4, 16), float(8, 4, 4, 16)], false],
  ['float32 values', [float(8, 4, 4, 16), float(1, 1, 1, 16)], false],
])('what is made of %s', (_, operands, expected) => {
  expect(staysInBfloat16(operands)).toBe(expected);
});

test.each([
  ['a convolution', 'Conv2D', [float(8, 4, 4, 16), float(3, 3, 16, 16)], true],
  ['an input gradient', 'Conv2DBackpropInput', [float(8, 4, 4, 16), float(3, 3, 16, 16)], true],
  ['a filter gradient', 'Conv2DBackpropFilter', [float(8, 4, 4, 16), float(8, 4, 4, 16)], false],
  ['attention', 'BatchMatMulV2', [float(8, 64, 16), float(8, 16, 64)], true],
  ['a sum as a product', 'BatchMatMulV2', [float(1, 1, 64), float(8, 64, 32)], false],
])('whether the result of %s is an activation', (_, op, inputs, expected) => {
  expect(makesActivations(op, inputs)).toBe(expected);
});
