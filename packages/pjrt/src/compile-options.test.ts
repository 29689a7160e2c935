import { compileOptions } from './compile-options.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const minusOne = 'ffffffffffffffffff01';

test('options as protobuf bytes', () => {
  expect(hex(compileOptions())).toBe(`1a0f08${minusOne}20012801`);
  expect(hex(compileOptions({ replicas: 4 }))).toBe(`1a0f08${minusOne}20042801`);
  // use_spmd_partitioning, use_shardy_partitioner.
  expect(hex(compileOptions({ partitions: 2 }))).toBe(`1a1408${minusOne}2001280230019801` + '01');
  // DeviceAssignmentProto: 1 replica, 1 computation, on device 3.
  expect(hex(compileOptions({ deviceIds: [3] }))).toBe(`1a1a08${minusOne}200128014a09080110011a030a0103`);
});

test('overrides of flags, in one order whatever the caller’s is', () => {
  const overrides = { b: true, a: 'x', d: 0.5, c: -1 };
  const entry = (name: string, value: string) => {
    const key = `0a01${Buffer.from(name).toString('hex')}`;
    const inner = `12${(value.length / 2).toString(16).padStart(2, '0')}${value}`;
    return `3a${((key.length + inner.length) / 2).toString(16).padStart(2, '0')}${key}${inner}`;
  };
  const expected = [
    entry('a', '0a0178'),
    entry('b', '1001'),
    entry('c', `18${minusOne}`),
    entry('d', '21000000000000e03f'),
  ].join('');
  const reversed = Object.fromEntries(Object.entries(overrides).reverse());
  expect(hex(compileOptions({ overrides }))).toBe(`1a0f08${minusOne}20012801${expected}`);
  expect(hex(compileOptions({ overrides: reversed }))).toBe(hex(compileOptions({ overrides })));
});

test.each([
  [{ replicas: 0 }, 'compile: expected replicas and partitions of 1 or more, got 0'],
  [{ replicas: 2, deviceIds: [0] }, 'compile: expected 2 devices for 2 replicas of 1, got 1'],
])('%j is refused', (options, message) => {
  expect(() => compileOptions(options)).toThrow(expect.objectContaining({ code: 'BAD_VALUE', message }));
});
