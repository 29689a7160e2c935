import * as tf from '@tensorflow/tfjs';
import { evaluationCall, RandomStream, trainingCall } from '@ganymede/core';
import { expectAllclose } from '@ganymede/testing';
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
});
