import { parseSafetensors, serializeSafetensors } from './safetensors.js';

const tensor = (...values: number[]) => ({
  dtype: 'F32' as const,
  shape: [values.length],
  data: Float32Array.from(values),
});

test('tensors that are named are stored as F16, the others as they are', () => {
  const tensors = { half: tensor(1, 1 + 2 ** -12, -3), whole: tensor(1 + 2 ** -12), odd: tensor(5) };
  const bytes = serializeSafetensors(tensors, { format: 'x' }, { float16: new Set(['half', 'odd']) });
  const header = new TextDecoder().decode(
    bytes.subarray(8, 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true))),
  );
  expect(JSON.parse(header)).toMatchObject({
    whole: { dtype: 'F32', data_offsets: [0, 4] },
    half: { dtype: 'F16', data_offsets: [4, 10] },
    odd: { dtype: 'F16', data_offsets: [10, 12] },
  });
  const read = parseSafetensors(bytes).tensors;
  expect([...(read['half']!.data as Float32Array)]).toEqual([1, 1, -3]);
  expect(read['whole']).toEqual(tensors.whole);
});

test.each([
  [tensor(1e5), /half: expected values within 65504 for F16, got 100000/],
  [tensor(NaN), /got NaN/],
  [
    { dtype: 'I32' as const, shape: [1], data: Int32Array.of(1) },
    /expected F32 to be stored as F16, got I32/,
  ],
])('what F16 does not hold is refused', (half, message) => {
  expect(() => serializeSafetensors({ half }, {}, { float16: new Set(['half']) })).toThrow(message);
});
