import * as tf from '@tensorflow/tfjs';
import { computesInBfloat16, staysInBfloat16 } from './bfloat16.js';
import { compile, registerTensorFlow, type TensorFlowBackend } from './index.js';

/** Rounded to eight bits of mantissa, ties to even. */
function rounded(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  bits[0] = ((bits[0]! + 0x7fff + ((bits[0]! >>> 16) & 1)) >>> 16) << 16;
  return new Float32Array(bits.buffer)[0]!;
}

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>): void => {
  for (let i = 0; i < expected.length; i++)
    expect(Math.abs(actual[i]! - expected[i]!)).toBeLessThanOrEqual(Math.abs(expected[i]!) / 200 + 1e-6);
};

let tensorflow: TensorFlowBackend;

beforeAll(async () => {
  tensorflow = registerTensorFlow({ threads: 2 });
  await tf.setBackend(tensorflow.name);
});

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

test('activations between two convolutions are rounded once, and what leaves is float32', async () => {
  const x = tf.randomNormal<tf.Rank.R4>([2, 8, 8, 4], 0, 1, 'float32', 1);
  const w = tf.randomNormal<tf.Rank.R4>([1, 1, 4, 4], 0, 1, 'float32', 2);
  const { hidden, positive, loss } = await compile(
    tensorflow,
    ({ x, w }) => {
      const hidden = tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same');
      const positive = tf.relu(hidden);
      return { hidden, positive, loss: tf.sum(tf.square(positive)) };
    },
    { precision: 'bfloat16' },
  ).run({ x, w });
  const values = positive!.dataSync();
  expect([...values].every((value) => rounded(value) === value)).toBe(true);
  expect([...values]).toEqual([...hidden!.dataSync()].map((value) => Math.max(value, 0)));
  const expected = [...values].reduce((sum, value) => sum + value * value, 0);
  expect(loss!.dataSync()[0]! / expected).toBeCloseTo(1, 5);
  tf.dispose([x, w, hidden!, positive!, loss!]);
});

test('a product of rounded matrices, accumulated in float32', async () => {
  const a = Float32Array.from({ length: 32 * 32 }, (_, i) => Math.sin(i));
  const b = Float32Array.from({ length: 32 * 32 }, (_, i) => Math.cos(3 * i));
  const multiply = (inputs: Record<string, tf.Tensor>) => ({ y: tf.matMul(inputs.a!, inputs.b!) });
  const inputs = { a: tf.tensor2d(a, [32, 32]), b: tf.tensor2d(b, [32, 32]) };
  const { y } = await compile(tensorflow, multiply, { precision: 'bfloat16' }).run(inputs);
  const ra = a.map(rounded);
  const rb = b.map(rounded);
  const expected = Float32Array.from({ length: 32 * 32 }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < 32; k++) sum += ra[Math.floor(at / 32) * 32 + k]! * rb[k * 32 + (at % 32)]!;
    return rounded(sum);
  });
  const actual = y!.dataSync();
  // The sum's order decides some last bits before it is rounded.
  expected.forEach((value, i) =>
    expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(Math.abs(value) / 100 + 1e-2),
  );
  expect([...actual].every((value) => rounded(value) === value)).toBe(true);
});

test('what a variable is updated with stays float32', async () => {
  const moment = tf.variable(tf.scalar(1));
  const step = compile(
    tensorflow,
    ({ g }) => {
      moment.assign(
        tf.add(tf.mul(moment, 0.999), tf.mul(tf.mean(tf.square(tf.matMul(g!, g!))), 0.001)) as tf.Scalar,
      );
      return {};
    },
    { precision: 'bfloat16' },
  );
  const g = tf.eye(32);
  for (let i = 0; i < 3; i++) await step.run({ g });
  // mean(I^2) = 1/32: each step moves the moment by less than bfloat16 could hold.
  let expected = 1;
  for (let i = 0; i < 3; i++) expected = expected * 0.999 + 0.001 / 32;
  expect(moment.dataSync()[0]).toBeCloseTo(expected, 6);
});

test('gradients of a convolution follow those in float32', async () => {
  const x = tf.tensor4d(
    Float32Array.from({ length: 2 * 8 * 8 * 4 }, (_, i) => Math.sin(i / 7)),
    [2, 8, 8, 4],
  );
  const w = tf.variable(
    tf.tensor4d(
      Float32Array.from({ length: 9 * 4 * 8 }, (_, i) => Math.cos(i / 5) / 6),
      [3, 3, 4, 8],
    ),
  );
  const gradient = (inputs: Record<string, tf.Tensor>) => {
    const { value, grads } = tf.variableGrads(
      () =>
        tf.sum(
          tf.square(tf.conv2d(inputs.x as tf.Tensor4D, w as unknown as tf.Tensor4D, 1, 'same')),
        ) as tf.Scalar,
      [w],
    );
    return { value, gradient: grads[w.name]! };
  };
  const exact = await compile(tensorflow, gradient, {}).run({ x });
  const low = await compile(tensorflow, gradient, { precision: 'bfloat16' }).run({ x });
  close(low.value!.dataSync(), exact.value!.dataSync());
  const norm = (t: tf.Tensor): number => tf.norm(t).dataSync()[0]!;
  expect(norm(tf.sub(low.gradient!, exact.gradient!))).toBeLessThan(0.02 * norm(exact.gradient!));
  expect(norm(tf.sub(low.gradient!, exact.gradient!))).toBeGreaterThan(0);
});
