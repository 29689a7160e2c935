import * as tf from '@tensorflow/tfjs';
import { evaluationCall, RandomStream, trainingCall } from '@ganymede/core';
import { averagePool2, conv2d, normal, upsampleNearest2 } from '@ganymede/ops';
import { expectAllclose, expectNoLeak } from '@ganymede/testing';
import { Conv2d } from './conv2d.js';
import { Embedding } from './embedding.js';
import { Linear } from './linear.js';
import type { Parameterization } from './parameterization.js';

const random = RandomStream.create(2, 'layers');
const plain: Parameterization = { initialize: normal(0.5), spectralNorm: null, random };
const draw = <R extends tf.Rank>(...shape: number[]): tf.Tensor<R> =>
  tf.tensor<R>(random.normals(shape.reduce((a, b) => a * b)), shape as tf.ShapeMap[R]);

beforeAll(() => tf.setBackend('cpu'));

describe('Conv2d', () => {
  const x = draw<tf.Rank.R4>(2, 4, 4, 3) as tf.Tensor4D;

  test.each([
    ['up', true],
    ['up', false],
    ['down', true],
    ['down', false],
    ['none', true],
  ] as const)(
    'resample %s, fused %s: convolution, bias and scale in BigGAN order',
    (resample, fusedScale) => {
      const layer = new Conv2d(3, 2, plain, { resample, fusedScale });
      tf.tidy(() => {
        const { weight, bias } = layer.weights;
        const convolve = (x: tf.Tensor4D): tf.Tensor4D => tf.add(conv2d(x, weight as tf.Tensor4D), bias!);
        const expected = {
          none: () => convolve(x),
          up: () => convolve(upsampleNearest2(x)),
          down: () => averagePool2(convolve(x)),
        }[resample]();
        expectAllclose(layer.call(x, trainingCall), expected, { atol: 1e-5 });
      });
    },
  );

  test("the bias starts within torch's bound and is not all one value", () => {
    const bias = new Conv2d(4, 50, plain, { kernelSize: 3 }).weights.bias!.dataSync();
    expect(Math.max(...bias.map(Math.abs))).toBeLessThanOrEqual(1 / 6);
    expect(Math.max(...bias) - Math.min(...bias)).toBeGreaterThan(0.2);
  });

  test('leaves out the bias on request', () => {
    expect(Object.keys(new Conv2d(3, 2, plain, { bias: false }).weights)).toEqual(['weight']);
  });
});

test('Linear is x W + b; with spectral norm W over its largest singular value', () => {
  tf.tidy(() => {
    const x = draw<tf.Rank.R2>(3, 4) as tf.Tensor2D;
    const layer = new Linear(4, 2, plain);
    const weight = layer.weights.weight as tf.Tensor2D;
    expectAllclose(layer.call(x, evaluationCall), tf.add(tf.matMul(x, weight), layer.weights.bias!));

    const normalized = new Linear(4, 2, { ...plain, spectralNorm: { powerIterations: 50 } }, { bias: false });
    const [a, b, , d] = tf
      .matMul(normalized.weights.weight as tf.Tensor2D, normalized.weights.weight as tf.Tensor2D, true)
      .dataSync();
    const sigma = Math.sqrt((a! + d!) / 2 + Math.hypot((a! - d!) / 2, b!)); // largest eigenvalue of Wᵀ W, 2x2
    expectAllclose(
      normalized.call(x, evaluationCall),
      tf.div(tf.matMul(x, normalized.weights.weight as tf.Tensor2D), sigma),
      { rtol: 1e-4 },
    );
    expectAllclose(normalized.state.sv0!, [1]);
  });
});

test('Embedding gives the row of the class, and mixtures of rows', () => {
  tf.tidy(() => {
    const layer = new Embedding(3, 4, plain);
    const table = layer.weights.weight!;
    const rows = layer.call(
      tf.tensor2d([
        [0, 0, 1],
        [0.5, 0.5, 0],
      ]),
      trainingCall,
    );
    const mixed = tf.mean(tf.slice(table, [0, 0], [2, 4]), 0);
    expectAllclose(rows, tf.stack([tf.reshape(tf.slice(table, [2, 0], [1, 4]), [4]), mixed]));
  });
});

test('a gradient leaks nothing, with state that moves', () => {
  const layer = new Conv2d(3, 2, { ...plain, spectralNorm: {} });
  const x = draw<tf.Rank.R4>(1, 4, 4, 3) as tf.Tensor4D;
  expectNoLeak(() => {
    const { value, grads } = tf.variableGrads(
      () => tf.sum(tf.square(layer.call(x, trainingCall))) as tf.Scalar,
      Object.values(layer.weights),
    );
    return [value, grads];
  });
});
