import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '@ganymede/core';
import { expectAllclose } from '@ganymede/testing';
import { WasmBackend } from '../wasm-backend.js';

/** tfjs's own CPU kernels, plain loops in JavaScript, are the reference for every value and gradient. */
const backend = new WasmBackend(1);

beforeAll(async () => {
  await backend.activate();
});
afterAll(() => backend.dispose());

type Shape = readonly number[];
type Fn = (...inputs: never[]) => tf.Tensor;

const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

/** Values and gradients of `fn` under one backend; the gradient that comes in is a fixed pattern, not ones. */
function evaluate(name: string, fn: Fn, shapes: readonly Shape[], gradients: boolean): Float32Array[] {
  expect(tf.findBackendFactory(name)).not.toBeNull();
  void tf.setBackend(name);
  const random = RandomStream.create(7, 'kernels');
  const call = fn as (...inputs: tf.Tensor[]) => tf.Tensor;
  return tf.tidy(() => {
    const inputs = shapes.map((shape) => tf.tensor(random.normals(sizeOf(shape)), [...shape]));
    const y = call(...inputs);
    const results = [y];
    if (gradients) {
      const dy = tf.tensor(random.normals(y.size), y.shape);
      results.push(...tf.grads(call)(inputs, dy));
    }
    return results.map((result) => Float32Array.from(result.dataSync()));
  });
}

function expectSame(fn: Fn, shapes: readonly Shape[], { gradients = true, tolerance = 2e-5 } = {}): void {
  const before = tf.memory().numTensors;
  const expected = evaluate('cpu', fn, shapes, gradients);
  const actual = evaluate('wasm', fn, shapes, gradients);
  expect(tf.memory().numTensors).toBe(before);
  expect(actual.length).toBe(expected.length);
  actual.forEach((values, i) => {
    const scale = Math.max(...expected[i]!.map(Math.abs), 1e-3);
    expectAllclose(values, expected[i]!, { rtol: 0, atol: tolerance * scale });
  });
}

describe('convolution and its gradients', () => {
  type Pad = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
  const cases: [size: number, kernel: number, stride: number, pad: Pad][] = [];
  for (const kernel of [1, 2, 3, 4, 5]) {
    for (const stride of [1, 2, 3]) {
      for (const size of [5, 6]) cases.push([size, kernel, stride, 'same'], [size, kernel, stride, 'valid']);
    }
  }
  cases.push([8, 3, 1, 1], [8, 4, 2, 'same'], [8, 2, 3, 'same']);
  test.each(cases)('size %i, kernel %i, stride %i, pad %j', (size, kernel, stride, pad) => {
    expectSame(
      (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, stride, pad),
      [
        [2, size, size + 1, 3],
        [kernel, kernel, 3, 4],
      ],
    );
  });

  test('an oblong kernel and unequal strides', () => {
    expectSame(
      (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, [2, 1], 'same'),
      [
        [2, 7, 6, 2],
        [4, 3, 2, 3],
      ],
    );
  });

  test('explicit padding', () => {
    const pad: tf.backend_util.ExplicitPadding = [
      [0, 0],
      [2, 1],
      [0, 3],
      [0, 0],
    ];
    expectSame(
      (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, [1, 2], pad),
      [
        [2, 5, 6, 2],
        [3, 3, 2, 3],
      ],
    );
  });

  test.each([
    [3, 1],
    [4, 2],
    [3, 2],
  ])('transposed, kernel %i, stride %i', (kernel, stride) => {
    expectSame(
      (x: tf.Tensor4D, w: tf.Tensor4D) =>
        tf.conv2dTranspose(x, w, [2, 4 * stride, 4 * stride, 3], stride, 'same'),
      [
        [2, 4, 4, 5],
        [kernel, kernel, 3, 5],
      ],
    );
  });

  test('channels first are refused', () => {
    void tf.setBackend('wasm');
    const x = tf.ones([1, 2, 4, 4]) as tf.Tensor4D;
    const w = tf.ones([3, 3, 2, 2]) as tf.Tensor4D;
    const run = (): tf.Tensor =>
      tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy: x } as unknown as tf.NamedTensorMap, {
        strides: 1,
        pad: 'same',
        dataFormat: 'NCHW',
        filterShape: w.shape,
      }) as tf.Tensor;
    expect(run).toThrow(expect.objectContaining({ code: 'DATA_FORMAT' }));
    tf.dispose([x, w]);
  });
});

describe('products', () => {
  const flags = [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const;
  // Both sides of the size at which the fast path starts.
  for (const [m, k, n] of [
    [3, 4, 5],
    [33, 47, 50],
  ] as const) {
    test.each(flags)(`[${m}, ${k}] by [${k}, ${n}], transposed %j %j`, (ta, tb) => {
      expectSame(
        (a: tf.Tensor2D, b: tf.Tensor2D) => tf.matMul(a, b, ta, tb),
        [ta ? [k, m] : [m, k], tb ? [n, k] : [k, n]],
      );
    });
    test.each(flags)(`a batch of [${m}, ${k}] by [${k}, ${n}], transposed %j %j`, (ta, tb) => {
      expectSame(
        (a: tf.Tensor3D, b: tf.Tensor3D) => tf.matMul(a, b, ta, tb),
        [ta ? [3, k, m] : [3, m, k], tb ? [3, n, k] : [3, k, n]],
      );
    });
  }
  test.each([
    [1, 30, 20],
    [1, 7, 1],
    [20, 30, 1],
    [1, 1, 9],
  ])('a vector: [%i, %i] by [.., %i]', (m, k, n) => {
    for (const [ta, tb] of flags) {
      expectSame(
        (a: tf.Tensor2D, b: tf.Tensor2D) => tf.matMul(a, b, ta, tb),
        [ta ? [k, m] : [m, k], tb ? [n, k] : [k, n]],
      );
    }
  });

  test.each([
    [1, 3],
    [3, 1],
  ])('batches %i and %i', (p, q) => {
    expectSame(
      (a: tf.Tensor3D, b: tf.Tensor3D) => tf.matMul(a, b),
      [
        [p, 40, 50],
        [q, 50, 60],
      ],
      // tfjs has no gradient for batches that are broadcast.
      { gradients: false },
    );
  });
  test('a batch of rank 4', () => {
    expectSame(
      (a: tf.Tensor4D, b: tf.Tensor4D) => tf.matMul(a, b, false, true),
      [
        [2, 3, 40, 50],
        [2, 3, 60, 50],
      ],
    );
  });
});

describe('sums and means', () => {
  const shape = [3, 5, 7, 16];
  test.each([[[0]], [[1, 2]], [[0, 1, 2]], [[1]], [[2]], [[3]], [[0, 2]], [[0, 1, 2, 3]], [[-2]]])(
    'over axes %j',
    (axes) => {
      for (const keep of [false, true]) {
        expectSame((x: tf.Tensor) => tf.sum(x, axes, keep), [shape]);
        expectSame((x: tf.Tensor) => tf.mean(x, axes, keep), [shape]);
      }
    },
  );
  test('narrow rows, one row, whole numbers, nothing at all', () => {
    expectSame((x: tf.Tensor) => tf.sum(x, 0), [[9, 3]]);
    expectSame((x: tf.Tensor) => tf.sum(x, 0), [[1, 20]]);
    expectSame((x: tf.Tensor) => tf.sum(tf.round(tf.mul(x, 10)).toInt(), 0), [[9, 20]], { gradients: false });
    expectSame((x: tf.Tensor) => tf.sum(x, 0), [[0, 20]], { gradients: false });
  });
  test('keeps digits over a long axis', () => {
    void tf.setBackend('wasm');
    const x = tf.fill([40_000, 8], 0.1);
    const [total] = tf.tidy(() => tf.sum(x, 0).dataSync());
    expect(Math.abs(total! / 4000 - 1)).toBeLessThan(1e-6);
    x.dispose();
  });
  test('what is not a number stays visible', () => {
    void tf.setBackend('wasm');
    tf.tidy(() => {
      for (const bad of [NaN, Infinity, -Infinity]) {
        const values = new Float32Array(6 * 16).fill(1);
        values[2 * 16 + 3] = bad;
        const sums = tf.sum(tf.tensor2d(values, [6, 16]), 0).dataSync();
        expect(sums[3]).toBeNaN();
        expect(sums[4]).toBe(6);
      }
    });
  });
});

describe('layout', () => {
  test.each([
    [[4], [3]],
    [
      [2, 1, 1, 3],
      [1, 4, 5, 1],
    ],
    [
      [2, 3],
      [2, 2],
    ],
    [
      [2, 3],
      [1, 1],
    ],
  ])('tile %j by %j', (shape, reps) => {
    expectSame((x: tf.Tensor) => tf.tile(x, reps), [shape]);
  });
  test('tile of whole numbers and truth values', () => {
    void tf.setBackend('wasm');
    tf.tidy(() => {
      const ids = tf.tile(tf.tensor1d([1, 2], 'int32'), [2]);
      expect([ids.dtype, ...ids.dataSync()]).toEqual(['int32', 1, 2, 1, 2]);
      const flags = tf.tile(tf.tensor1d([true, false], 'bool'), [2]);
      expect([flags.dtype, ...flags.dataSync()]).toEqual(['bool', 1, 0, 1, 0]);
    });
  });
  test('gathering, with rows taken more than once', () => {
    expectSame((x: tf.Tensor2D) => tf.gather(x, tf.tensor1d([3, 0, 3, 3, 1], 'int32')), [[4, 6]]);
  });
  test('concat, split, slice, stack, unstack, pad, transpose, reverse', () => {
    expectSame(
      (a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b], 1),
      [
        [2, 3],
        [2, 4],
      ],
    );
    expectSame((a: tf.Tensor) => tf.mul(tf.split(a, [1, 3], 1)[1]!, 2), [[2, 4]]);
    expectSame((a: tf.Tensor) => tf.slice(a, [0, 1], [2, 2]), [[2, 4]]);
    expectSame((a: tf.Tensor, b: tf.Tensor) => tf.stack([a, b], 1), [[3], [3]]);
    expectSame((a: tf.Tensor) => tf.unstack(a, 1)[1]!, [[2, 4]]);
    expectSame(
      (a: tf.Tensor4D) =>
        tf.pad(a, [
          [0, 0],
          [1, 2],
          [0, 1],
          [0, 0],
        ]),
      [[1, 2, 2, 3]],
    );
    expectSame((a: tf.Tensor) => tf.transpose(a, [2, 0, 3, 1]), [[2, 3, 4, 5]]);
    expectSame((a: tf.Tensor) => tf.transpose(a, [3, 1, 2, 0]), [[18, 3, 2, 35]]);
    expectSame((a: tf.Tensor) => tf.transpose(a), [[33, 17]]);
    expectSame((a: tf.Tensor) => tf.transpose(a), [[4]]);
    expectSame((a: tf.Tensor) => tf.reverse(a, [0, 1]), [[2, 3]]);
  });
});

describe('element-wise, pooling, classification', () => {
  const positive = (x: tf.Tensor): tf.Tensor => tf.add(tf.abs(x), 0.5);
  test.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ['relu', tf.relu],
    ['leakyRelu', tf.leakyRelu],
    ['tanh', tf.tanh],
    ['sigmoid', tf.sigmoid],
    ['softplus', tf.softplus],
    ['square', tf.square],
    ['sqrt', (x) => tf.sqrt(positive(x))],
    ['rsqrt', (x) => tf.rsqrt(positive(x))],
    ['reciprocal', (x) => tf.reciprocal(positive(x))],
    ['log', (x) => tf.log(positive(x))],
    ['exp', tf.exp],
    ['neg', tf.neg],
    ['abs', tf.abs],
    ['sign', tf.sign],
    ['step', (x) => tf.step(x)],
    ['clipByValue', (x) => tf.clipByValue(x, -0.5, 0.5)],
    ['softmax', (x) => tf.softmax(tf.reshape(x, [4, 6]))],
    ['logSoftmax', (x) => tf.logSoftmax(tf.reshape(x, [4, 6]))],
    ['logSumExp', (x) => tf.logSumExp(tf.reshape(x, [4, 6]), 1)],
    ['max', (x) => tf.max(tf.reshape(x, [4, 6]), 1)],
    ['min', (x) => tf.min(tf.reshape(x, [4, 6]), 0)],
    [
      'where',
      (x) =>
        tf.where(
          tf.tensor1d(
            Array.from({ length: 24 }, (_, i) => i % 3 > 0),
            'bool',
          ),
          tf.mul(x, 2),
          tf.mul(x, -3),
        ),
    ],
    ['addN', (x) => tf.addN([x, x, x])],
    ['cumsum', (x) => tf.cumsum(tf.reshape(x, [4, 6]), 1)],
    ['norm', (x) => tf.norm(x)],
  ])('%s', (_, fn) => {
    expectSame(fn, [[24]]);
  });

  test.each<[string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor]>([
    ['add', tf.add],
    ['sub', tf.sub],
    ['mul', tf.mul],
    ['div', (a, b) => tf.div(a, tf.add(tf.abs(b), 0.5))],
    ['squaredDifference', tf.squaredDifference],
    ['minimum', tf.minimum],
    ['maximum', tf.maximum],
  ])('%s, broadcast', (name, fn) => {
    expectSame(fn, [
      [2, 3],
      [2, 3],
    ]);
    // tfjs has no gradient for these three when they are broadcast.
    const gradients = !['squaredDifference', 'minimum', 'maximum'].includes(name);
    expectSame(
      fn,
      [
        [2, 3, 4, 5],
        [2, 1, 1, 5],
      ],
      { gradients },
    );
    expectSame(fn, [[2, 3, 4, 5], [5]], { gradients });
    expectSame(fn, [[2, 3], []], { gradients });
  });

  test('pooling and resizing', () => {
    const image = [[2, 6, 4, 3]];
    expectSame((x: tf.Tensor4D) => tf.avgPool(x, 2, 2, 'valid'), image);
    expectSame((x: tf.Tensor4D) => tf.maxPool(x, 2, 2, 'valid'), image);
    expectSame((x: tf.Tensor4D) => tf.image.resizeNearestNeighbor(x, [12, 8]), image, { gradients: false });
    // tfjs's CPU kernel refuses images that are not square.
    expectSame((x: tf.Tensor4D) => tf.image.resizeBilinear(x, [12, 12]), [[2, 6, 6, 3]]);
  });

  test.each<[number, number, 'same' | 'valid']>([
    [3, 2, 'same'],
    [3, 1, 'same'],
    [2, 1, 'valid'],
    [2, 3, 'valid'],
  ])('max pooling, window %i, stride %i, %s', (size, stride, pad) => {
    expectSame((x: tf.Tensor4D) => tf.maxPool(x, size, stride, pad), [[2, 7, 5, 3]]);
  });

  test('among equal maxima the first has the gradient', () => {
    void tf.setBackend('wasm');
    tf.tidy(() => {
      const x = tf.ones([1, 2, 2, 1]);
      const gradient = tf.grad((a: tf.Tensor) => tf.maxPool(a as tf.Tensor4D, 2, 2, 'valid'))(x);
      expect([...gradient.dataSync()]).toEqual([1, 0, 0, 0]);
    });
  });

  test('the gradient of nearest upsampling adds up the copies', () => {
    // Not against tfjs's CPU kernel, which is wrong here.
    void tf.setBackend('wasm');
    tf.tidy(() => {
      const dy = tf.tensor4d(RandomStream.create(3, 'dy').normals(2 * 12 * 8 * 3), [2, 12, 8, 3]);
      const dx = tf.grad((x: tf.Tensor) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [12, 8]))(
        tf.zeros([2, 6, 4, 3]),
        dy,
      );
      expectAllclose(dx, tf.mul(tf.avgPool(dy, 2, 2, 'valid'), 4));
    });
  });

  test('labels, comparisons, casts, fills', () => {
    const plain = { gradients: false };
    expectSame(() => tf.oneHot(tf.tensor1d([2, 0, 1], 'int32'), 4), [], plain);
    expectSame(() => tf.cast(tf.tensor1d([0, 1, 255], 'int32'), 'float32'), [], plain);
    expectSame(() => tf.fill([2, 3], 0.25), [], plain);
    expectSame(() => tf.range(0, 5), [], plain);
    for (const compare of [tf.greater, tf.greaterEqual, tf.less, tf.lessEqual, tf.equal, tf.notEqual]) {
      expectSame((a: tf.Tensor, b: tf.Tensor) => compare(tf.round(a), tf.round(b)), [[20], [20]], plain);
    }
    expectSame((a: tf.Tensor) => tf.greater(a, 0), [[40]], plain);
    void tf.setBackend('wasm');
    tf.tidy(() => {
      const edges = tf.tensor1d([0, -0, 1e-45, -1e-45, Infinity, -Infinity, NaN, -NaN, 3.4e38, -3.4e38]);
      expect([...tf.greater(edges, 0).dataSync()]).toEqual([0, 0, 1, 0, 1, 0, 0, 0, 1, 0]);
    });
    expectSame((a: tf.Tensor) => tf.argMax(a, 1), [[4, 6]], plain);
    expectSame((a: tf.Tensor) => tf.isNaN(tf.sqrt(a)), [[20]], plain);
  });
});

test('a clone outlives what it was made from', () => {
  void tf.setBackend('wasm');
  const x = tf.tensor1d([1, 2]);
  const copy = tf.clone(x);
  x.dispose();
  const other = tf.tensor1d([7, 8]);
  expect([...copy.dataSync()]).toEqual([1, 2]);
  const variable = tf.variable(copy);
  const before = tf.clone(variable);
  variable.assign(other);
  expect([...before.dataSync(), ...variable.dataSync()]).toEqual([1, 2, 7, 8]);
  tf.dispose([copy, other, variable, before]);
});

test('not-a-number passes through products, convolutions and pooling', () => {
  void tf.setBackend('wasm');
  tf.tidy(() => {
    const x = tf.tensor4d(new Float32Array(64).fill(NaN), [1, 4, 4, 4]);
    const w = tf.ones([3, 3, 4, 4]) as tf.Tensor4D;
    const grads = tf.grads((a: tf.Tensor, b: tf.Tensor) =>
      tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same'),
    );
    const rows = x.as2D(16, 4);
    const pooled = tf.avgPool(x, 2, 2, 'valid');
    for (const y of [tf.conv2d(x, w, 1, 'same'), grads([x, w])[1]!, tf.matMul(rows, rows, true), pooled]) {
      expect(y.dataSync().every(Number.isNaN)).toBe(true);
    }
  });
});
