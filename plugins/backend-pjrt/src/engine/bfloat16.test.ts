import * as tf from '@tensorflow/tfjs';
import { RandomStream, type Backend, type NamedTensors } from '@ganymede/core';
import {
  averagePool2,
  batchMoments,
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  relu,
} from '@ganymede/ops';
import { compile, registerTensorFlow } from '@ganymede/tensorflow';
import { expectAllclose } from '@ganymede/testing';
import { plugins } from '../../testing/plugins.js';
import type { Pjrt, PjrtStep } from '../index.js';

/** What is compared: the library itself stands for TensorFlow, since one engine does not know the other. */
interface Engine extends Pick<Backend, 'compile'> {
  activate(): Promise<unknown>;
}
type Step = (inputs: NamedTensors) => NamedTensors;
type Values = Readonly<Record<string, Float32Array>>;

const library = registerTensorFlow({ threads: 2 });
afterAll(() => tf.removeBackend('tensorflow'));
const tensorflow: Engine = {
  activate: () => tf.setBackend('tensorflow'),
  compile: (step, options) => compile(library, step, options),
};

const shapes: Readonly<Record<'x' | 'w' | 'point' | 'dy' | 'wide', [number, number, number, number]>> = {
  x: [2, 8, 8, 4],
  w: [3, 3, 4, 6],
  point: [1, 1, 4, 6],
  dy: [2, 8, 8, 6],
  wide: [1, 1, 6, 4],
};

/** What a step gives for fixed normal numbers. */
async function run(
  backend: Engine,
  step: Step,
  precision: 'float32' | 'bfloat16',
): Promise<{ readonly values: Values; readonly module: string }> {
  await backend.activate();
  const random = RandomStream.create(11, 'bfloat16');
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const size = shape.reduce((product, dim) => product * dim, 1);
      return [name, tf.tensor(random.normals(size), shape)];
    }),
  );
  const compiled = backend.compile(step, { name: 'step', precision });
  const outputs = await compiled.run(inputs);
  const values = Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => [name, tensor.dataSync<'float32'>().slice()]),
  );
  const module = (compiled as Partial<PjrtStep>).module ?? '';
  compiled.dispose();
  tf.dispose([inputs, outputs]);
  return { values, module };
}

/** Kernels that compute in bfloat16 or pass it on, and products that stay in float32. */
const body: Step = (inputs) => {
  const { x, w, point, dy, wide } = inputs as Record<keyof typeof shapes, tf.Tensor4D>;
  const convolved = conv2d(x, w);
  const pointwise = conv2d(x, point);
  const rectified = relu(tf.add(convolved, pointwise) as tf.Tensor4D);
  const rows = tf.reshape(rectified, [2, 64, 6]);
  return {
    convolved,
    pointwise,
    rectified,
    pooled: averagePool2(rectified),
    again: conv2d(rectified, wide),
    filter: conv2dFilterGradient(x, dy, shapes.w, 1),
    input: conv2dInputGradient(dy, w, shapes.x, 1),
    attention: tf.matMul(rows, rows, true, false),
    vector: tf.matMul(tf.reshape(x, [64, 8]), tf.reshape(tf.slice(x, [0, 0, 0, 0], [1, 1, 2, 4]), [8, 1])),
    ...batchMoments(convolved),
  };
};
const inFloat32 = new Set(['vector', 'mean', 'variance']);

const isBfloat16 = (value: number): boolean =>
  (new Uint32Array(Float32Array.of(value).buffer)[0]! & 0xffff) === 0;

describe.each(plugins)('%s: a step in bfloat16', (_, make) => {
  let pjrt: Pjrt;
  let actual: Awaited<ReturnType<typeof run>>;
  let expected: Values;
  beforeAll(async () => {
    pjrt = make();
    actual = await run(pjrt, body, 'bfloat16');
    expected = (await run(tensorflow, body, 'bfloat16')).values;
  });
  afterAll(() => pjrt.dispose());

  test("rounds where TensorFlow does: values are TensorFlow's, bit for bit", () => {
    for (const [name, values] of Object.entries(actual.values)) {
      if (inFloat32.has(name)) continue;
      expect([name, values]).toEqual([name, expected[name]]);
    }
  });

  test('rounds all that the policy rounds, and nothing else', async () => {
    const wide = Object.entries(actual.values).filter(([, values]) => !values.every(isBfloat16));
    expect(wide.map(([name]) => name).sort()).toEqual([...inFloat32].sort());
    for (const name of inFloat32) expectAllclose(actual.values[name]!, expected[name]!, { rtol: 2e-6 });
    const { vector } = (await run(pjrt, body, 'float32')).values;
    expect(actual.values.vector).toEqual(vector);
  });

  test('has no convolution of float32, and products of float32 only with vectors', () => {
    const operandsOf = (op: string): string[] =>
      [...actual.module.matchAll(new RegExp(`stablehlo\\.${op}\\b.*? : \\((.*?)\\) ->`, 'g'))].map(
        ([, operands]) => operands!,
      );
    const convolutions = operandsOf('convolution');
    expect(convolutions).toHaveLength(5);
    expect(convolutions.filter((operands) => operands.includes('f32>'))).toEqual([]);
    expect(operandsOf('dot_general').sort()).toEqual([
      'tensor<2x64x6xbf16>, tensor<2x64x6xbf16>',
      'tensor<64x8xf32>, tensor<8x1xf32>',
    ]);
  });
});
