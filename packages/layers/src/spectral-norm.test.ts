import * as tf from '@tensorflow/tfjs';
import { evaluationCall, RandomStream, trainingCall } from '@ganymede/core';
import { expectAllclose } from '@ganymede/testing';
import { singularValues } from '../testing/singular-values.js';
import { SpectralNorm } from './spectral-norm.js';

const random = (): RandomStream => RandomStream.create(1, 'spectral-norm');

beforeAll(() => tf.setBackend('cpu'));

describe('SpectralNorm', () => {
  // Singular values 6, 3, 1: a diagonal matrix in the layout of a 1x1 convolution.
  const weight = tf.tidy(() => tf.reshape(tf.diag(tf.tensor1d([3, 6, 1])), [1, 1, 3, 3])) as tf.Tensor4D;

  test('after some calls the weight has spectral norm 1 and the singular values are known', () => {
    const norm = new SpectralNorm(3, 1, random(), { singularValues: 2 });
    tf.tidy(() => {
      let normalized = weight;
      for (let call = 0; call < 30; call++) normalized = norm.normalize(weight, trainingCall);
      expectAllclose(normalized, tf.div(weight, 6), { rtol: 1e-4, atol: 1e-6 });
    });
    expectAllclose(norm.state.sv0!, [6], { rtol: 1e-4 });
    expectAllclose(norm.state.sv1!, [3], { rtol: 1e-4 });
  });

  test('several rounds in a call are as many calls of one round', () => {
    const [once, thrice] = [1, 3].map(
      (powerIterations) => new SpectralNorm(3, 1, random(), { powerIterations }),
    );
    tf.tidy(() => {
      for (let call = 0; call < 3; call++) once!.normalize(weight, trainingCall);
      thrice!.normalize(weight, trainingCall);
    });
    expectAllclose(thrice!.state.u0!, once!.state.u0!);
    expectAllclose(thrice!.state.sv0!, once!.state.sv0!);
  });

  test('a call that may not move state gives the same result and keeps the vectors', () => {
    const norm = new SpectralNorm(3, 1, random());
    tf.tidy(() => {
      const before = norm.state.u0!.dataSync().slice();
      const still = norm.normalize(weight, evaluationCall);
      expect(norm.state.u0!.dataSync()).toEqual(before);
      expectAllclose(norm.state.sv0!, [1]);
      expectAllclose(still, norm.normalize(weight, trainingCall));
      expect(norm.state.u0!.dataSync()).not.toEqual(before);
    });
  });

  test('an embedding has one vector entry per class', () => {
    const norm = new SpectralNorm(5, 0, random());
    tf.tidy(() => {
      const table = tf.outerProduct(tf.tensor1d([1, 0, 0, 2, 0]), tf.tensor1d([0, 2]));
      expectAllclose(norm.normalize(table, trainingCall), tf.div(table, 2 * Math.sqrt(5)), { rtol: 1e-5 });
      expect(norm.state.u0!.shape).toEqual([1, 5]);
    });
  });

  test('a weight with fewer singular values than are tracked has 0 for the rest', () => {
    const norm = new SpectralNorm(1, 1, random(), { singularValues: 3 });
    tf.tidy(() => norm.normalize(tf.tensor2d([3, 4], [2, 1]), trainingCall));
    ['sv0', 'sv1', 'sv2'].forEach((name, i) =>
      expectAllclose(norm.state[name]!, [[5, 0, 0][i]!], { atol: 1e-5 }),
    );
  });

  test('says which option or shape cannot be', () => {
    const make = (options: object) => () => new SpectralNorm(3, 1, random(), options);
    expect(make({ powerIterations: 0 })).toThrow(
      'spectral norm: expected powerIterations of 1 or more, got 0',
    );
    expect(make({ singularValues: 1.5 })).toThrow(
      'spectral norm: expected singularValues of 1 or more, got 1.5',
    );
    expect(make({ epsilon: 0 })).toThrow('spectral norm: expected epsilon above 0, got 0');
    const embedding = new SpectralNorm(3, 0, random());
    expect(() => embedding.normalize(weight, evaluationCall)).toThrow(
      'spectral norm: expected a weight [classes, size], got [1, 1, 3, 3]',
    );
  });
});

describe('SpectralNorm against a singular value decomposition', () => {
  const shapes: readonly [string, readonly number[], 0 | 1][] = [
    ['a 3x3 convolution', [3, 3, 4, 6], 1],
    ['a 1x1 convolution to more channels', [1, 1, 3, 7], 1],
    ['a linear layer', [10, 5], 1],
    ['an embedding', [6, 9], 0],
  ];

  test.each(shapes)('%s: the largest values, and a normalized weight of norm 1', (_, shape, outputAxis) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const columns = shape[shape.length - 1]!;
    const values = RandomStream.create(2, `${shape}`).normals(size);
    const outputs = outputAxis === 1 ? columns : shape[0]!;
    const norm = new SpectralNorm(outputs, outputAxis, random(), { powerIterations: 50, singularValues: 3 });
    const normalized = tf.tidy(() => {
      const weight = tf.tensor(values, [...shape]);
      for (let call = 0; call < 20; call++) norm.normalize(weight, trainingCall);
      return norm.normalize(weight, evaluationCall).dataSync();
    });
    const expected = singularValues(values, size / columns, columns);
    [0, 1, 2].forEach((i) => expectAllclose(norm.state[`sv${i}`]!, [expected[i]!], { rtol: 1e-4 }));
    expectAllclose(singularValues(normalized, size / columns, columns)[0]!, 1, { rtol: 1e-5 });
  });
});
