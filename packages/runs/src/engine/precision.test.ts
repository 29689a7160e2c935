import { resolvePrecision } from './precision.js';

const backend = (name: string, device = 'cpu') => ({ name, device, library: '', threads: 2 });
const modern = 'fpu avx2 avx512f avx512_bf16 amx_bf16 amx_tile amx_int8';

test('a named precision is taken as it is', () => {
  expect(resolvePrecision('float32', backend('tensorflow'), modern)).toBe('float32');
  expect(resolvePrecision('bfloat16', backend('wasm'), '')).toBe('bfloat16');
});

test('auto is bfloat16 where a processor has matrix units for it under TensorFlow, and on accelerators', () => {
  expect(resolvePrecision('auto', backend('tensorflow'), modern)).toBe('bfloat16');
  expect(resolvePrecision('auto', backend('tensorflow'), 'fpu avx2 avx512f')).toBe('float32');
  // Its vector units multiply bfloat16, slower than float32.
  expect(resolvePrecision('auto', backend('tensorflow'), 'fpu avx512f avx512_bf16')).toBe('float32');
  expect(resolvePrecision('auto', backend('wasm'), modern)).toBe('float32');
  expect(resolvePrecision('auto', backend('tensorflow', 'gpu:0'), modern)).toBe('float32');
  expect(resolvePrecision('auto', backend('pjrt'), modern)).toBe('float32');
  expect(resolvePrecision('auto', backend('pjrt', 'cuda:0'), '')).toBe('bfloat16');
});
