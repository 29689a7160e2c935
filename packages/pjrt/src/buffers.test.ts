import { plugins } from '../testing/plugins.js';
import { addition } from '../testing/modules.js';
import { fromBfloat16, toBfloat16, type Client, type ElementType, type HostArray } from './index.js';

const arrays: readonly (readonly [ElementType, HostArray])[] = [
  ['f32', Float32Array.of(1.5, -2, NaN, Infinity, 1e-40, 0)],
  ['f64', Float64Array.of(1.5, -2, 1e300, 0, 1, 2)],
  ['f16', Uint16Array.of(0x3c00, 0x7c00, 1, 2, 3, 4)],
  ['bf16', Uint16Array.of(0x3f80, 0x7f80, 1, 2, 3, 4)],
  ['i8', Int8Array.of(-128, 127, 0, 1, 2, 3)],
  ['i16', Int16Array.of(-32768, 32767, 0, 1, 2, 3)],
  ['i32', Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 0, 1, 2, 3)],
  ['i64', BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 0n, 1n, 2n, 3n)],
  ['ui8', Uint8Array.of(0, 255, 1, 2, 3, 4)],
  ['ui16', Uint16Array.of(0, 65535, 1, 2, 3, 4)],
  ['ui32', Uint32Array.of(0, 2 ** 32 - 1, 1, 2, 3, 4)],
  ['ui64', BigUint64Array.of(0n, 2n ** 64n - 1n, 1n, 2n, 3n, 4n)],
  ['i1', Uint8Array.of(0, 1, 1, 0, 0, 1)],
];

describe.each(plugins)('%s', (_name, load) => {
  let client: Client;
  beforeAll(async () => (client = await load().createClient()));
  afterAll(() => client.close());
  afterEach(() => expect(client.live).toEqual({ buffers: 0, executables: 0 }));

  test.each(arrays)('%s to a device and back', async (elementType, values) => {
    for (const buffer of [
      client.upload(values, [2, 3], { elementType }),
      await client.uploadAsync(values, [3, 2, 1], { elementType }),
    ]) {
      expect(buffer.type.elementType).toBe(elementType);
      expect(await buffer.read()).toEqual(values);
      expect(buffer.readSync()).toEqual(values);
      expect(buffer.bytes).toBe(values.byteLength);
      buffer.dispose();
    }
  });

  test('scalars, no elements, types by themselves', async () => {
    const scalar = client.upload(Float32Array.of(7), []);
    const none = client.upload(new Int32Array(0), [0, 3]);
    expect([scalar.type, none.type]).toEqual([
      { elementType: 'f32', shape: [] },
      { elementType: 'i32', shape: [0, 3] },
    ]);
    expect(await scalar.read()).toEqual(Float32Array.of(7));
    expect(await none.read()).toEqual(new Int32Array(0));
    scalar.dispose();
    none.dispose();
  });

  test('the array may change after an upload', async () => {
    const values = new Float32Array(100_000).fill(1);
    const buffer = client.upload(values, [values.length]);
    values.fill(2);
    expect((await buffer.read()).every((one) => one === 1)).toBe(true);
    buffer.dispose();
  });

  test('another device gets a copy', async () => {
    const first = client.upload(Float32Array.of(1, 2), [2], { device: client.devices[2]! });
    const second = first.copyTo(client.devices[1]!);
    first.dispose();
    expect([first.device.id, second.device.id]).toEqual([2, 1]);
    expect(await second.read()).toEqual(Float32Array.of(1, 2));
    second.dispose();
  });

  test('what does not fit is refused before it is sent', () => {
    const code = 'BAD_VALUE';
    expect(() => client.upload(new Float32Array(5), [2, 3])).toThrow(
      expect.objectContaining({ code, message: 'upload: expected 6 values for tensor<2x3xf32>, got 5' }),
    );
    expect(() => client.upload(new Float32Array(1), [1], { elementType: 'bf16' })).toThrow(
      expect.objectContaining({
        code,
        message: 'upload: expected an array that holds bf16, got Float32Array',
      }),
    );
  });

  test('a buffer that was disposed of says so', async () => {
    const buffer = client.upload(Float32Array.of(1), [1]);
    buffer.dispose();
    buffer.dispose();
    const error = expect.objectContaining({
      code: 'BUFFER_DISPOSED',
      message: expect.stringContaining('tensor<1xf32>, which was disposed of'),
    });
    expect(() => buffer.readSync()).toThrow(error);
    await expect(buffer.read()).rejects.toEqual(error);
    await expect(buffer.ready()).rejects.toEqual(error);
    expect(() => buffer.copyTo(client.devices[1]!)).toThrow(error);
    const executable = await client.compile(addition(1));
    expect(() => executable.start([buffer, buffer])).toThrow(error);
    executable.dispose();
  });

  test('a buffer may be disposed of while it is read', async () => {
    const buffer = client.upload(new Float32Array(1_000_000).fill(3), [1_000_000]);
    const reading = buffer.read();
    buffer.dispose();
    expect((await reading).every((one) => one === 3)).toBe(true);
  });
});

test('bfloat16 is rounded to nearest, ties to even', () => {
  const values = Float32Array.of(1, 1.00390625, 1.01171875, -2.5, NaN, Infinity);
  expect([...fromBfloat16(toBfloat16(values))]).toEqual([1, 1, 1.015625, -2.5, NaN, Infinity]);
});
