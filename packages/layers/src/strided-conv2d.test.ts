import * as tf from '@tensorflow/tfjs';
import { evaluationCall, RandomStream } from '@ganymede/core';
import { normal } from '@ganymede/ops';
import { expectAllclose } from '@ganymede/testing';
import { StridedConv2d, TransposedConv2d } from './strided-conv2d.js';

const random = RandomStream.create(9, 'strided-conv2d');
const plain = { initialize: normal(0.5), spectralNorm: null, random };
const draw = (...shape: [number, number, number, number]): tf.Tensor4D =>
  tf.tensor4d(random.normals(shape.reduce((a, b) => a * b)), shape);

beforeAll(() => tf.setBackend('cpu'));

test('halves the size: every second position of the convolution that is padded by 1', () => {
  tf.tidy(() => {
    const layer = new StridedConv2d(3, 2, plain);
    const x = draw(2, 6, 4, 3);
    const padded = tf.pad4d(x, [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ]);
    const y = layer.call(x, evaluationCall);
    expect(y.shape).toEqual([2, 3, 2, 2]);
    expectAllclose(y, tf.conv2d(padded, layer.weights['weight'] as tf.Tensor4D, 2, 'valid'), { atol: 1e-5 });
  });
});

test('doubles the size: the adjoint of the one that halves it', () => {
  tf.tidy(() => {
    const up = new TransposedConv2d(2, 3, plain);
    const x = draw(2, 3, 2, 2);
    const other = draw(2, 6, 4, 3);
    const y = up.call(x, evaluationCall);
    expect(y.shape).toEqual([2, 6, 4, 3]);
    const down = tf.conv2d(other, up.weights['weight'] as tf.Tensor4D, 2, 'same');
    expectAllclose(tf.sum(tf.mul(y, other)), tf.sum(tf.mul(x, down)), { rtol: 1e-4 });
  });
});

test('with spectral norm its kernel, seen as [16 in, out], has a largest singular value of 1', () => {
  tf.tidy(() => {
    const layer = new StridedConv2d(2, 3, { ...plain, spectralNorm: { powerIterations: 50 } });
    const matrix = tf.reshape(layer.effectiveWeight(evaluationCall), [-1, 3]) as tf.Tensor2D;
    const gram = tf.matMul(matrix, matrix, true).arraySync() as number[][];
    // Of a symmetric matrix of 3 rows the largest eigenvalue, by powers of it.
    let v = [1, 1, 1];
    for (let i = 0; i < 100; i++) {
      const w = gram.map((row) => row.reduce((sum, g, j) => sum + g * v[j]!, 0));
      v = w.map((value) => value / Math.hypot(...w));
    }
    const largest = gram.reduce((sum, row, i) => sum + v[i]! * row.reduce((s, g, j) => s + g * v[j]!, 0), 0);
    expect(Math.sqrt(largest)).toBeCloseTo(1, 4);
    expect(Object.keys(layer.state)).toEqual(['u0', 'sv0']);
  });
});
