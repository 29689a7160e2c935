import { runOnnx } from '@ganymede/testing';
import * as tf from '@tensorflow/tfjs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeOnnx } from './write-onnx.js';

const about = {
  name: 'test',
  doc: '',
  metadata: {},
};
const image = { shape: [4, 6, 4], dtype: 'float32' } as const;

type Function = (x: tf.Tensor4D) => tf.Tensor;

/** Of a function of images [B, 4, 6, 4]. */
const write = async (run: Function): Promise<Uint8Array> =>
  (await writeOnnx({ inputs: { x: image }, run: ({ x }) => ({ y: run(x as tf.Tensor4D) }), about })).bytes;

let folder: string;
let constants: { kernel: tf.Tensor4D; depthwise: tf.Tensor4D; matrix: tf.Tensor2D };
beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = mkdtempSync(join(tmpdir(), 'ganymede-onnx-'));
  constants = {
    kernel: tf.randomNormal([3, 3, 4, 5], 0, 1, 'float32', 1),
    depthwise: tf.randomNormal([3, 3, 4, 2], 0, 1, 'float32', 2),
    matrix: tf.randomNormal([4, 3], 0, 1, 'float32', 3),
  };
});
afterAll(() => {
  tf.dispose(constants);
  rmSync(folder, { recursive: true });
});

const positive = (x: tf.Tensor4D): tf.Tensor4D => tf.add(tf.abs(x), 0.5);

const functions: Readonly<Record<string, Function>> = {
  'unary functions': (x) =>
    tf.addN([
      tf.abs(x),
      tf.neg(x),
      tf.exp(x),
      tf.sin(x),
      tf.cos(x),
      tf.tanh(x),
      tf.sigmoid(x),
      tf.softplus(x),
      tf.elu(x),
      tf.erf(x),
      tf.relu(x),
      tf.relu6(tf.mul(x, 5)),
      tf.leakyRelu(x, 0.3),
      tf.square(x),
      tf.clipByValue(x, -0.5, 0.25),
      tf.prelu(x, tf.tensor([0.1, 0.2, 0.3, 0.4])),
    ]),
  'of positive numbers': (x) =>
    tf.addN([tf.log(positive(x)), tf.sqrt(positive(x)), tf.rsqrt(positive(x)), tf.reciprocal(positive(x))]),
  'two that are broadcast': (x) => {
    const row = tf.tensor1d([1, -2, 0.5, 3]);
    return tf.addN([
      tf.sub(x, row),
      tf.div(x, row),
      tf.maximum(x, row),
      tf.minimum(row, x),
      tf.pow(positive(x), tf.tensor1d([1, 2, 0.5, -1])),
      tf.squaredDifference(x, row),
    ]);
  },
  comparisons: (x) =>
    tf.addN([
      tf.cast(tf.greater(x, 0), 'float32'),
      tf.mul(2, tf.cast(tf.less(x, 0.5), 'float32')),
      tf.mul(4, tf.cast(tf.logicalAnd(tf.greaterEqual(x, -1), tf.lessEqual(x, 1)), 'float32')),
      tf.mul(8, tf.cast(tf.logicalOr(tf.notEqual(x, x), tf.logicalNot(tf.equal(x, 0))), 'float32')),
      tf.where(tf.greater(x, 0), x, tf.mul(x, 3)),
    ]),
  'products of matrices': (x) => {
    const rows = tf.reshape(x, [-1, 24, 4]) as tf.Tensor3D;
    const products = tf.matMul(rows, rows, true, false) as tf.Tensor3D; // [B, 4, 4]
    const flat = tf.reshape(x, [-1, 4]) as tf.Tensor2D;
    return tf.concat(
      [
        tf.matMul(products, products, false, true),
        tf.reshape(tf.matMul(flat, constants.matrix), [-1, 18, 4]),
      ],
      1,
    );
  },
  'sums and the like': (x) =>
    tf.concat(
      [
        tf.sum(x, [1, 2]),
        tf.mean(x, [1, 2]),
        tf.max(x, [1, 2]),
        tf.min(x, [1, 2]),
        tf.prod(tf.slice(x, [0, 0, 0, 0], [-1, 1, 2, -1]), 2).squeeze<tf.Tensor2D>([1]),
        tf.sum(tf.cast(tf.greater(x, 0), 'int32'), [1, 2]).cast('float32'),
        tf.softmax(tf.mean(x, [1, 2]) as tf.Tensor2D),
      ],
      1,
    ),
  'elements that move': (x) => {
    const [first, second] = tf.split(x, [1, 3], 3) as [tf.Tensor4D, tf.Tensor4D];
    const rows = tf.unstack(second, 3);
    const stacked = tf.stack([rows[2]!, rows[0]!, rows[1]!], 3);
    const padded = tf.pad(
      tf.concat([stacked, first], 3),
      [
        [0, 0],
        [1, 0],
        [0, 2],
        [0, 0],
      ],
      0.5,
    );
    return tf.tile(tf.expandDims(tf.transpose(padded, [0, 2, 1, 3]), 1), [1, 2, 1, 1, 1]);
  },
  'mirrored edges': (x) =>
    tf.mirrorPad(
      x,
      [
        [0, 0],
        [1, 2],
        [2, 1],
        [0, 0],
      ],
      'reflect',
    ),
  'rows of a table': (x) =>
    tf.gather(constants.matrix, tf.cast(tf.greater(tf.mean(x, [1, 2, 3]), 0), 'int32') as tf.Tensor1D),
  'a constant for every image': (x) => tf.concat([x, tf.fill([x.shape[0], 4, 6, 2], 0.25)], 3),
  'depth to space': (x) => tf.depthToSpace(x, 2),
  convolutions: (x) =>
    tf.concat(
      [
        tf.conv2d(x, constants.kernel, 1, 'same'),
        tf.conv2d(x, constants.kernel, 1, 'same', 'NHWC', 2),
        tf.depthwiseConv2d(x, constants.depthwise, 1, 'same'),
        tf.conv2dTranspose(x, tf.transpose(constants.kernel, [0, 1, 3, 2]), [x.shape[0], 4, 6, 5], 1, 'same'),
      ],
      3,
    ),
  'with strides': (x) =>
    tf.concat(
      [
        tf.conv2d(x, constants.kernel, 2, 'same'),
        tf.conv2d(
          tf.pad(x, [
            [0, 0],
            [1, 0],
            [0, 1],
            [0, 0],
          ]),
          constants.kernel,
          2,
          'valid',
        ),
      ],
      3,
    ),
  'and back': (x) =>
    tf.conv2dTranspose(x, tf.transpose(constants.kernel, [0, 1, 3, 2]), [x.shape[0], 8, 12, 5], 2, 'same'),
  'other sizes of the same': (x) =>
    tf.conv2dTranspose(x, tf.transpose(constants.kernel, [0, 1, 3, 2]), [x.shape[0], 10, 14, 5], 2, 'valid'),
  pools: (x) => tf.concat([tf.maxPool(x, 3, 2, 'same'), tf.avgPool(x, 3, 2, 'same')], 3),
  'nearest pixels': (x) => tf.image.resizeNearestNeighbor(x, [8, 18]),
  'between pixels': (x) =>
    tf.concat(
      [
        tf.image.resizeBilinear(x, [9, 9]),
        tf.image.resizeBilinear(x, [9, 9], true),
        tf.image.resizeBilinear(x, [9, 9], false, true),
      ],
      3,
    ),
};

test('every kernel computes in onnxruntime what it computes in tfjs, for one image and for three', async () => {
  const runs = [];
  const expected: { what: string; shape: number[]; values: Float32Array }[] = [];
  for (const [what, run] of Object.entries(functions)) {
    const model = join(folder, `${what}.onnx`);
    writeFileSync(model, await write(run));
    for (const count of [1, 3]) {
      const x = tf.randomNormal<tf.Rank.R4>([count, 4, 6, 4], 0, 1, 'float32', 7);
      const y = tf.tidy(() => run(x));
      runs.push({
        model,
        inputs: { x: { type: 'float32' as const, dims: x.shape, data: [...x.dataSync()] } },
      });
      expected.push({ what: `${what}, ${count}`, shape: y.shape, values: y.dataSync<'float32'>() });
      tf.dispose([x, y]);
    }
  }
  for (const [i, { y }] of runOnnx(runs).entries()) {
    const { what, shape, values } = expected[i]!;
    expect([what, y!.dims]).toEqual([what, shape]);
    const difference = Math.max(...y!.data.map((value, j) => Math.abs(value - values[j]!)));
    const scale = Math.max(1, ...values.map(Math.abs));
    expect([what, difference < 5e-6 * scale]).toEqual([what, true]);
  }
});

test('what is computed of constants alone is a constant', async () => {
  const weight = tf.variable(tf.randomNormal([4, 4], 0, 1, 'float32', 5));
  const normalized = await write((x) => tf.matMul(tf.reshape(x, [-1, 4]), tf.div(weight, tf.norm(weight))));
  const plain = await write((x) => tf.matMul(tf.reshape(x, [-1, 4]), weight));
  expect(normalized.length).toBe(plain.length);
  expect(normalized).not.toEqual(plain);
  weight.dispose();
});

test('an input that nothing depends on is left out', async () => {
  const { inputs } = await writeOnnx({
    inputs: { x: image, y: { shape: [], dtype: 'int32', given: 'int64' } },
    run: ({ x }) => ({ negated: tf.neg(x!) }),
    about,
  });
  expect(inputs).toEqual(['x']);
});

test('tfjs is as it was before, also after an error', async () => {
  const variable = tf.variable(tf.tensor1d([1, 2]));
  const before = tf.memory().numTensors;
  await write((x) => tf.mul(x, variable.sum()));
  await expect(write((x) => tf.cumsum(x, 1))).rejects.toMatchObject({ code: 'ONNX_UNSUPPORTED' });
  expect([tf.getBackend(), tf.memory().numTensors]).toEqual(['cpu', before]);
  expect([...variable.dataSync()]).toEqual([1, 2]);
  expect(tf.findBackendFactory('onnx')).toBeNull();
  expect(tf.getKernelsForBackend('onnx')).toEqual([]);
  variable.dispose();
});

describe('what cannot be written down is refused', () => {
  const refused: readonly [string, Function, string][] = [
    ['a kernel without a form in ONNX', (x) => tf.cumsum(x, 1), 'ONNX_UNSUPPORTED'],
    ['the number of images as a number', (x) => tf.mul(x, x.shape[0]), 'ONNX_BATCH_DEPENDENT'],
    [
      'another row for each image',
      (x) => tf.add(x, tf.range(0, x.shape[0]).reshape([-1, 1, 1, 1])),
      'ONNX_BATCH_DEPENDENT',
    ],
    ['some of the images', (x) => tf.slice(x, [0, 0, 0, 0], [1, -1, -1, -1]), 'ONNX_BATCH_DEPENDENT'],
    ['a tile of images', (x) => tf.tile(tf.reshape(tf.sum(x), [1]), [x.shape[0]]), 'ONNX_BATCH_DEPENDENT'],
    [
      'products between images',
      (x) => {
        const flat = tf.reshape(x, [x.shape[0], -1]) as tf.Tensor2D;
        return tf.reshape(tf.matMul(flat, flat, false, true), [x.shape[0], 1, x.shape[0]]);
      },
      'ONNX_BATCH_DEPENDENT',
    ],
    ['a value that is read', (x) => tf.mul(x, tf.sum(x).dataSync()[0]!), 'ONNX_VALUE_READ'],
  ];
  test.each(refused)('%s', async (_, run, code) => {
    await expect(write(run)).rejects.toMatchObject({ code });
  });
});
