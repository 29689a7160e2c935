import * as tf from '@tensorflow/tfjs';
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

describe('bfloat16 activations', () => {
  const numbers = { precision: 'bfloat16' } as const;
  const wave = (shape: [number, number, number, number], step: number): tf.Tensor4D => {
    const count = shape.reduce((product, dim) => product * dim, 1);
    return tf.tensor4d(
      Float32Array.from({ length: count }, (_, i) => Math.sin(1 + step * i)),
      shape,
    );
  };
  let x: tf.Tensor4D;
  beforeAll(() => {
    x = wave([2, 8, 8, 16], 0.7);
  });
  const roundedTensor = <T extends tf.Tensor>(t: T): T =>
    tf.tensor(t.dataSync<'float32'>().map(rounded), t.shape) as T;

  test('a convolution, its bias and its ReLU round once', async () => {
    const filter = wave([3, 3, 16, 96], 0.9);
    const bias = wave([1, 1, 1, 96], 0.3);
    const layer = ({ x }: Record<string, tf.Tensor>) => ({
      y: tf.relu(tf.add(tf.conv2d(x as tf.Tensor4D, filter, 1, 'same'), bias)),
    });
    const { y } = await compile(tensorflow, layer, numbers).run({ x });
    const exact = tf.relu(
      tf.add(tf.conv2d(roundedTensor(x), roundedTensor(filter), 1, 'same'), roundedTensor(bias)),
    );
    const actual = y!.dataSync();
    expect([...actual].every((value) => rounded(value) === value)).toBe(true);
    // Half a unit of the eighth bit, and what the order of the sum moves; twice rounded would be twice that.
    exact.dataSync().forEach((value, i) => {
      expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(Math.abs(value) / 256 + 1e-5);
    });
  });

  test('pooling, concatenation and slices pass values on as they are', async () => {
    const filter = wave([1, 1, 16, 96], 0.9);
    const body = ({ x }: Record<string, tf.Tensor>) => {
      const y = tf.conv2d(x as tf.Tensor4D, filter, 1, 'same');
      const pooled = tf.maxPool(y, 3, 2, 'valid');
      const [first, second] = tf.split(pooled, [40, 56], 3) as [tf.Tensor4D, tf.Tensor4D];
      return { y, pooled: tf.concat([second, first], 3), mean: tf.mean(y, [1, 2]) };
    };
    const { y, pooled, mean } = await compile(tensorflow, body, numbers).run({ x });
    const map = y as tf.Tensor4D;
    const expected = tf.maxPool(map, 3, 2, 'valid');
    const [first, second] = tf.split(expected, [40, 56], 3) as [tf.Tensor4D, tf.Tensor4D];
    expect([...pooled!.dataSync()]).toEqual([...tf.concat([second, first], 3).dataSync()]);
    // Means are taken in float32 of what the convolution left.
    const means = tf.mean(map, [1, 2]).dataSync();
    mean!.dataSync().forEach((value, i) => expect(value).toBeCloseTo(means[i]!, 5));
  });

  test('a variable is read at every run', async () => {
    const filter = tf.variable(wave([1, 1, 16, 96], 0.9));
    const layer = compile(
      tensorflow,
      ({ x }) => ({ y: tf.conv2d(x as tf.Tensor4D, filter as unknown as tf.Tensor4D, 1, 'same') }),
      numbers,
    );
    const { y: first } = await layer.run({ x });
    filter.assign(filter.mul(2));
    const { y: second } = await layer.run({ x });
    expect([...second!.dataSync()]).toEqual([...first!.dataSync()].map((value) => 2 * value));
  });

  test('rounded values are freed with the function', async () => {
    const filter = wave([1, 1, 16, 96], 0.9);
    const live = async (): Promise<number> => {
      const layer = compile(
        tensorflow,
        ({ x }) => ({ y: tf.conv2d(x as tf.Tensor4D, filter, 1, 'same') }),
        numbers,
      );
      tf.dispose(await layer.run({ x }));
      layer.dispose();
      return tensorflow.binding.getNumOfTensors();
    };
    const once = await live(); // uploads the filter
    expect(await live()).toBe(once);
  });
});
