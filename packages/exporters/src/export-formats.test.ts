import { expectTaken, exportTargets, type ExportTarget } from './export-formats.js';

type Given = Parameters<typeof expectTaken>[1];

const takers = (given: Given): ExportTarget[] =>
  exportTargets.filter((to) => {
    try {
      expectTaken(to, given);
      return true;
    } catch {
      return false;
    }
  });

test('each option goes with the formats that do something with it, true or false', () => {
  expect(takers({})).toEqual([...exportTargets]);
  expect(takers({ truncation: 'file' })).toEqual(['biggan-pytorch', 'onnx', 'safetensors', 'saved-model']);
  expect(takers({ ema: false })).toEqual(['npm', 'onnx', 'saved-model', 'web']);
  expect(takers({ ema: true })).toEqual(['npm', 'onnx', 'saved-model', 'web']);
  expect(takers({ license: 'mit' })).toEqual(['npm', 'onnx', 'saved-model', 'web']);
  expect(takers({ statistics: false, precision: 'float32' })).toEqual(['npm', 'web']);
  expect(takers({ packageName: 'x' })).toEqual(['npm']);
});

test('the error names the option and the formats', () => {
  expect(() => expectTaken('web', { truncation: 'file' })).toThrow(
    expect.objectContaining({
      code: 'OPTION_OF_OTHER_FORMAT',
      kind: 'usage',
      message:
        'export: expected truncation with biggan-pytorch, onnx, safetensors, saved-model only, got it with web',
    }),
  );
});
