import * as tf from '@tensorflow/tfjs';
import { compile, registerTensorFlow, type NamedTensors, type TensorFlowBackend } from './index.js';

let tensorflow: TensorFlowBackend;

beforeAll(async () => {
  tensorflow = registerTensorFlow({ threads: 2 });
  await tf.setBackend(tensorflow.name);
});

afterAll(() => tf.removeBackend(tensorflow.name));

const groups = 3;
const plain = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] };
const run = (kernel: string, inputs: tf.NamedTensorMap, attributes: object): tf.Tensor =>
  tf.engine().runKernel(kernel, inputs, attributes as tf.NamedAttrMap);

/** A kernel for each group by itself. */
function apart(kernel: string, inputs: NamedTensors, shapes: object): tf.Tensor {
  const parts = Object.entries(inputs).map(([name, tensor]) => [name, tf.split(tensor, groups, 3)] as const);
  return tf.concat(
    Array.from({ length: groups }, (_, group) =>
      run(kernel, Object.fromEntries(parts.map(([name, part]) => [name, part[group]!])), {
        ...plain,
        ...shapes,
      }),
    ),
    3,
  );
}

const normal = (seed: number, ...shape: number[]): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);

describe.each([
  ['GroupedConv2D', 'Conv2D', ['x', 'filter'], {}, {}],
  [
    'GroupedConv2DBackpropInput',
    'Conv2DBackpropInput',
    ['dy', 'filter'],
    { inputShape: [2, 5, 6, 48] },
    { inputShape: [2, 5, 6, 16] },
  ],
  [
    'GroupedConv2DBackpropFilter',
    'Conv2DBackpropFilter',
    ['x', 'dy'],
    { filterShape: [3, 3, 16, 24] },
    { filterShape: [3, 3, 16, 8] },
  ],
])('%s', (grouped, kernel, names, shapes, partShapes) => {
  const inputsOf = (): NamedTensors => {
    const all: Record<string, tf.Tensor> = {
      x: normal(1, 2, 5, 6, 48),
      filter: normal(2, 3, 3, 16, 24),
      dy: normal(3, 2, 5, 6, 24),
    };
    return Object.fromEntries(names.map((name) => [name, all[name]!]));
  };
  const largest = (x: tf.Tensor): number => tf.max(tf.abs(x)).dataSync()[0]!;

  test.each([
    ['eagerly', undefined, 1e-5],
    ['compiled, float32', 'float32', 1e-5],
    ['compiled, bfloat16', 'bfloat16', 0.02],
  ] as const)('is the kernel of each group, %s', (_, precision, tolerance) => {
    tf.tidy(() => {
      const inputs = inputsOf();
      const body = (inputs: NamedTensors): NamedTensors => ({
        y: run(grouped, inputs, { groups, ...shapes }),
      });
      const { y } = precision ? compile(tensorflow, body, { precision }).runSync(inputs) : body(inputs);
      const expected = apart(kernel, inputs, partShapes);
      expect(y!.shape).toEqual(expected.shape);
      expect(largest(tf.sub(y!, expected))).toBeLessThan(tolerance * largest(expected));
    });
  });

  test('leaves nothing behind', () => {
    const inputs = inputsOf();
    const before = tf.memory().numTensors;
    run(grouped, inputs, { groups, ...shapes }).dispose();
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(inputs);
  });
});
