import * as tf from '@tensorflow/tfjs';
import { BiasAdd, BiasAddGrad, registerNodeKernels, ReluGrad } from './node-kernels.js';

const backendName = 'recorder';
const binding = { TF_ATTR_TYPE: 4, TF_ATTR_STRING: 0, TF_FLOAT: 1 };
const executed: unknown[] = [];
const backend = {
  binding,
  executeSingleOutput(op: string, attributes: unknown, inputs: readonly tf.TensorInfo[]): tf.TensorInfo {
    executed.push({ op, attributes, shapes: inputs.map(({ shape }) => shape) });
    return inputs[0]!;
  },
};

/** What the kernel asks of tfjs-node's backend; the numbers it computes are checked where that backend is. */
function run(name: string, inputs: Record<string, number[]>): unknown {
  executed.length = 0;
  const infos = Object.fromEntries(
    Object.entries(inputs).map(([key, shape]) => [key, { dataId: {}, shape, dtype: 'float32' as const }]),
  );
  tf.getKernel(name, backendName).kernelFunc({ inputs: infos, attrs: {}, backend });
  return executed[0];
}

beforeAll(() => {
  registerNodeKernels(backendName);
  registerNodeKernels(backendName);
});

afterAll(() => [ReluGrad, BiasAdd, BiasAddGrad].forEach((name) => tf.unregisterKernel(name, backendName)));

const type = { name: 'T', type: 4, value: 1 };
const format = { name: 'data_format', type: 0, value: 'NHWC' };

test.each([
  [ReluGrad, { y: [3], dy: [2] }, { op: 'ReluGrad', attributes: [type], shapes: [[2], [3]] }],
  [BiasAdd, { bias: [3], x: [2] }, { op: 'BiasAdd', attributes: [type, format], shapes: [[2], [3]] }],
  [BiasAddGrad, { x: [2] }, { op: 'BiasAddGrad', attributes: [type, format], shapes: [[2]] }],
])("%s gives TensorFlow's op its inputs in order", (name, inputs, expected) => {
  expect(run(name, inputs as Record<string, number[]>)).toEqual(expected);
});

test('only where registered', () => {
  expect(tf.getKernel(ReluGrad, 'cpu')).toBeUndefined();
});
