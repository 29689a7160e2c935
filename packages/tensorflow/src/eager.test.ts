import * as tf from '@tensorflow/tfjs';
import { dataTypeOf } from './data-types.js';
import { registerTensorFlow, type TensorFlowBackend } from './index.js';

let tensorflow: TensorFlowBackend;

beforeAll(async () => {
  tensorflow = registerTensorFlow({ threads: 2 });
  await tf.setBackend(tensorflow.name);
});

/** Every test gives back what it took, on both sides. */
let before: { tensors: number; handles: number };
beforeEach(() => {
  before = { tensors: tf.memory().numTensors, handles: tensorflow.binding.getNumOfTensors() };
  tf.engine().startScope('test');
});
afterEach(() => {
  tf.engine().endScope();
  expect({ tensors: tf.memory().numTensors, handles: tensorflow.binding.getNumOfTensors() }).toEqual(before);
});

test('registers what it found', () => {
  expect(tensorflow.version).toMatch(/^2\.\d+\.\d+/);
  expect(tf.getBackend()).toBe('tensorflow');
  expect(tensorflow.binding.devices.map(({ type }) => type)).toContain('CPU');
});

test.each<[tf.DataType, unknown[], number[]]>([
  ['float32', [1.5, -2, 3e20, 0, 5, 6], [2, 3]],
  ['int32', [2147483647, -2147483648, 0], [3]],
  ['bool', [1, 0, 1, 1], [2, 2]],
  ['float32', [], [0, 3]],
  ['string', ['', 'short', 'longer than the 22 bytes that fit in place', 'ärger ✓'], [4]],
])('%s goes in and comes out', async (dtype, values, shape) => {
  const host = Array.from(
    tf.tensor(values as number[], shape, dtype).dataSync() as unknown as ArrayLike<unknown>,
  );
  const twice = tf.concat([
    tf.tensor(values as number[], shape, dtype),
    tf.tensor(values as number[], shape, dtype),
  ]);
  expect(Array.from(twice.dataSync() as unknown as ArrayLike<unknown>)).toEqual([...host, ...host]);
  expect(Array.from((await twice.data()) as unknown as ArrayLike<unknown>)).toEqual([...host, ...host]);
  expect(twice.shape).toEqual([2 * shape[0]!, ...shape.slice(1)]);
});

test('complex numbers keep both parts', () => {
  const z = tf.complex(tf.tensor1d([1, 2]), tf.tensor1d([3, -4])).mul(tf.complex(0, 1));
  expect([...tf.real(z).dataSync()]).toEqual([-3, 4]);
  expect([...tf.imag(z).dataSync()]).toEqual([1, 2]);
});

test('int64 and uint8, which tfjs has no type for', () => {
  const { binding } = tensorflow;
  const words = binding.createTensor([2], binding.TF_INT64, Int32Array.of(7, 0, -1, -1));
  expect(binding.tensorDataSync(words)).toEqual(BigInt64Array.of(7n, -1n));
  const plain = binding.createTensor([2], binding.TF_INT64, Int32Array.of(7, -1));
  expect(binding.tensorDataSync(plain)).toEqual(BigInt64Array.of(7n, -1n));
  const bytes = binding.createTensor([3], binding.TF_UINT8, Uint8Array.of(0, 128, 255));
  expect(binding.tensorDataSync(bytes)).toEqual(Uint8Array.of(0, 128, 255));
  for (const id of [words, plain, bytes]) binding.deleteTensor(id);
});

test('an int attribute may exceed 32 bits', () => {
  const { binding } = tensorflow;
  const seed = 2 ** 40 + 5;
  const shape = binding.createTensor([1], binding.TF_INT32, Int32Array.of(4));
  const draw = (value: number): number[] => {
    const attributes = [
      { name: 'seed', type: binding.TF_ATTR_INT, value },
      { name: 'seed2', type: binding.TF_ATTR_INT, value: 1 },
      { name: 'dtype', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
      { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 },
    ];
    const [out] = binding.executeOp('RandomStandardNormal', attributes, [shape], 1);
    const values = Array.from(binding.tensorDataSync(out!.id) as Float32Array);
    binding.deleteTensor(out!.id);
    return values;
  };
  expect(draw(seed)).not.toEqual(draw(5)); // 5 is what is left of it in 32 bits
  binding.deleteTensor(shape);
});

test('matmul, convolution and reduction against values computed by hand', () => {
  expect([...tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()]).toEqual([11]);
  const image = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
  const kernel = tf.tensor4d([1, 0, 0, -1], [2, 2, 1, 1]);
  expect([...tf.conv2d(image, kernel, 1, 'valid').dataSync()]).toEqual([-4, -4, -4, -4]);
  expect([...image.sum([1, 2]).dataSync()]).toEqual([45]);
});

test('gather looks an embedding up, has a gradient and names an index that is out of range', () => {
  const table = tf.tensor2d([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const labels = tf.tensor1d([2, 0, 2], 'int32');
  expect(tf.gather(table, labels).arraySync()).toEqual([
    [5, 6],
    [1, 2],
    [5, 6],
  ]);
  const gradient = tf.grad((x) => tf.gather(x, labels).sum())(table);
  expect(gradient.arraySync()).toEqual([
    [1, 1],
    [0, 0],
    [2, 2],
  ]);
  expect(() => tf.gather(table, tf.tensor1d([3], 'int32'))).toThrow(
    /GatherV2\(float32 \[3, 2\], int32 \[1\], int32 \[\]\): .*3/,
  );
});

test('an error names the op, the shapes and types of its inputs, and what TensorFlow says', () => {
  const { binding } = tensorflow;
  const ids = [tf.ones([2, 3]), tf.ones([2, 3])].map((x) => tensorflow.backend.getInputTensorIds([x])[0]!);
  const attributes = [{ name: 'T', type: binding.TF_ATTR_TYPE, value: dataTypeOf('float32') }];
  expect(() => binding.executeOp('MatMul', attributes, ids, 1)).toThrow(
    expect.objectContaining({
      code: 'TENSORFLOW_ERROR',
      message: expect.stringMatching(/^MatMul\(float32 \[2, 3\], float32 \[2, 3\]\): .*[Ii]n.*compatible/),
    }),
  );
  expect(() => binding.executeOp('NoSuchOp', [], [], 1)).toThrow(/op NoSuchOp: .*NoSuchOp/);
});

test('memory that is out has a code of its own', () => {
  // 2^62 bytes: more than any address space.
  expect(() => tf.fill([2 ** 30, 2 ** 30], 1)).toThrow(
    expect.objectContaining({
      code: 'TENSORFLOW_RESOURCE_EXHAUSTED',
      message: expect.stringMatching(/^Fill\(.*OOM/),
      hint: expect.stringContaining('smaller batch'),
    }),
  );
});

test('a disposed tensor is named by the op and the line that used it', () => {
  const x = tf.ones([2]);
  x.dispose();
  expect(() => tf.add(x, 1)).toThrow(
    expect.objectContaining({
      code: 'TENSOR_DISPOSED',
      message: expect.stringMatching(
        /^Add: expected live tensors, got a disposed one \(at .*eager\.test\.ts:\d+:\d+\)$/,
      ),
    }),
  );
});

test('a tensor may be disposed while data() waits', async () => {
  const x = tf.range(0, 100_000).square();
  const reading = x.data();
  x.dispose();
  const values = await reading;
  expect([values.length, values[3], values[300]]).toEqual([100_000, 9, 90_000]);
});

test('10,000 ops leave no native tensor and no memory behind', () => {
  const x = tf.ones([64, 64]);
  const round = (count: number): void => {
    for (let i = 0; i < count; i++) tf.tidy(() => void x.mul(0.5).add(x));
  };
  round(2000);
  const resident = process.memoryUsage().rss;
  round(5000);
  // One leaked result an op would be 160 MB.
  expect(process.memoryUsage().rss - resident).toBeLessThan(40e6);
});

test('strings of any length are freed', () => {
  const long = 'x'.repeat(100_000);
  const round = (count: number): void => {
    for (let i = 0; i < count; i++) tf.tidy(() => void tf.concat([tf.tensor1d([long]), tf.tensor1d([long])]));
  };
  round(100);
  const resident = process.memoryUsage().rss;
  round(1000); // 200 MB if they were not
  expect(process.memoryUsage().rss - resident).toBeLessThan(100e6);
});

test.each([
  [{ threads: -1 }, 'BAD_THREADS', 'threads: expected an integer of 0 or more, got -1'],
  [{ device: 'tpu' }, 'BAD_DEVICE', 'device: expected cpu or gpu:0, gpu:1, ..., got tpu'],
  [{ name: 'tensorflow' }, 'BACKEND_IN_USE', 'tensorflow: expected a backend name that is free'],
  [{ libraryPath: '/no/such/folder' }, 'LIBRARY_NOT_FOUND', '/no/such/folder'],
])('refuses %p', (options, code, message) => {
  expect(() => registerTensorFlow({ name: 'refused', ...options })).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );
});

test('a second backend under another name has kernels of its own', async () => {
  const second = registerTensorFlow({ threads: 1, name: 'tensorflow-second' });
  await tf.setBackend(second.name);
  try {
    const x = tf.tensor1d([1, 2]).add(1);
    expect(Array.from(x.dataSync())).toEqual([2, 3]);
    expect(second.binding.getNumOfTensors()).toBeGreaterThan(0);
    tf.dispose(x);
  } finally {
    await tf.setBackend(tensorflow.name);
    tf.removeBackend(second.name);
  }
});
