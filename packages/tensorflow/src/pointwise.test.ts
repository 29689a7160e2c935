import * as tf from '@tensorflow/tfjs';
import { compile, registerTensorFlow, type TensorFlowBackend } from './index.js';

let tensorflow: TensorFlowBackend;

beforeAll(async () => {
  tensorflow = registerTensorFlow({ threads: 2 });
  await tf.setBackend(tensorflow.name);
});

afterAll(() => tf.removeBackend(tensorflow.name));

const shape: [number, number, number, number] = [4, 32, 32, 16]; // as large as it takes
const draw = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);

/** relu(x gain + bias) and its square, for each element. */
const expression = (x: tf.Tensor, gain: tf.Tensor, bias: tf.Tensor): [tf.Tensor, tf.Tensor] => {
  const y = tf.relu(tf.add(tf.mul(x, gain), bias));
  return [y, tf.square(y)];
};

const inOnePass = ({ x, gain, bias }: Record<string, tf.Tensor>): Record<string, tf.Tensor> => {
  const [y, square] = tensorflow.backend.pointwise!([x!, gain!, bias!], (x, gain, bias) =>
    expression(x!, gain!, bias!),
  );
  return { y: y!, square: square! };
};

const largestDifference = (a: tf.Tensor, b: tf.Tensor): number =>
  tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!);

test('gives what the ops give one by one, in one node of the graph', async () => {
  const inputs = { x: draw(shape, 1), gain: draw([4, 1, 1, 16], 2), bias: draw([1, 1, 1, 16], 3) };
  const compiled = compile(tensorflow, inOnePass);
  const { y, square } = await compiled.run(inputs);
  const [expectedY, expectedSquare] = expression(inputs.x, inputs.gain, inputs.bias);
  expect(y!.shape).toEqual(shape);
  expect(largestDifference(y!, expectedY)).toBeLessThan(2e-6);
  expect(largestDifference(square!, expectedSquare)).toBeLessThan(2e-5);
  expect(compiled.statistics.ops).toBe(1);
  compiled.dispose();
  tf.dispose([inputs, y!, square!, expectedY, expectedSquare]);
});

test('small tensors and eager calls run op by op', async () => {
  const inputs = { x: draw([2, 2], 1), gain: draw([2, 1], 2), bias: draw([2], 3) };
  const compiled = compile(tensorflow, inOnePass);
  const { y, square } = await compiled.run(inputs);
  const eager = inOnePass(inputs);
  expect(largestDifference(y!, eager.y!)).toBe(0);
  expect(compiled.statistics.ops).toBeGreaterThan(1);
  compiled.dispose();
  tf.dispose([inputs, y!, square!, eager]);
});

test('the same expression of the same shapes is compiled once, another one anew', async () => {
  const { pointwiseFunctions } = tensorflow.binding;
  const before = pointwiseFunctions.size;
  const x = draw(shape, 4);
  const scale = (factor: number) => (inputs: Record<string, tf.Tensor>) => {
    const [y] = tensorflow.backend.pointwise!([inputs.x!], (x) => [tf.mul(tf.add(x!, 1), factor)]);
    return { y: y! };
  };
  for (const factor of [2, 2, 3]) {
    const compiled = compile(tensorflow, scale(factor));
    const { y } = await compiled.run({ x });
    const expected = tf.mul(tf.add(x, 1), factor);
    expect(largestDifference(y!, expected)).toBe(0);
    compiled.dispose();
    tf.dispose([y!, expected]);
  }
  expect(pointwiseFunctions.size).toBe(before + 2);
  x.dispose();
});

test('a tensor that is not an argument is refused', async () => {
  const x = draw(shape, 5);
  const other = tf.variable(draw(shape, 6));
  const compiled = compile(tensorflow, (inputs) => {
    const [y] = tensorflow.backend.pointwise!([inputs.x!], (x) => [tf.add(x!, other)]);
    return { y: y! };
  });
  await expect(compiled.run({ x })).rejects.toMatchObject({ code: 'POINTWISE_CAPTURE' });
  compiled.dispose();
  tf.dispose([x, other]);
});

test('activations are read and written in bfloat16, and computed in float32 between', async () => {
  const inputs = {
    x: draw(shape, 7),
    w: draw([1, 1, 16, 16], 8),
    gain: draw([4, 1, 1, 16], 9),
    bias: draw([1, 1, 1, 16], 10),
  };
  const { hidden, y } = await compile(
    tensorflow,
    ({ x, w, gain, bias }) => {
      const hidden = tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same');
      return { hidden, y: inOnePass({ x: hidden, gain: gain!, bias: bias! }).y! };
    },
    { precision: 'bfloat16' },
  ).run(inputs);
  const [expected] = expression(hidden!, inputs.gain, inputs.bias);
  const actual = y!.dataSync<'float32'>();
  const exact = expected.dataSync<'float32'>();
  // One rounding to eight bits of mantissa is at most 2^-8 of the value.
  const worst = actual.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - exact[i]!) / Math.max(Math.abs(exact[i]!), 1e-3)),
    0,
  );
  expect(worst).toBeLessThanOrEqual(2 ** -7.99);
  expect(worst).toBeGreaterThan(2 ** -9);
  tf.dispose([inputs, hidden!, y!, expected]);
});
