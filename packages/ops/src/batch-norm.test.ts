import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '@ganymede/core';
import { expectAllclose, expectGradient, expectNoLeak } from '@ganymede/testing';
import { batchMoments, batchNorm, normalizeWith } from './batch-norm.js';

const random = RandomStream.create(5, 'batch-norm');
const [B, H, W, C] = [3, 2, 4, 2];
const draw = <R extends tf.Rank>(...shape: number[]): tf.Tensor<R> =>
  tf.tensor<R>(random.normals(shape.reduce((a, b) => a * b)), shape as tf.ShapeMap[R]);
const x = tf.tidy(() => tf.add(tf.mul(draw<tf.Rank.R4>(B, H, W, C), 2), 1)) as tf.Tensor4D;

beforeAll(() => tf.setBackend('cpu'));

/** The textbook formula out of plain operations. */
function plain(x: tf.Tensor, gain: tf.Tensor, bias: tf.Tensor, epsilon: number): tf.Tensor {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  const normalized = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon)));
  const spread = (t: tf.Tensor): tf.Tensor => (t.rank === 2 ? tf.reshape(t, [B, 1, 1, C]) : t);
  return tf.add(tf.mul(normalized, spread(gain)), spread(bias));
}

describe.each([
  ['per sample', [B, C]],
  ['shared', [C]],
])('batchNorm, gain and bias %s', (_, shape) => {
  const gain = tf.tidy(() => tf.add(draw(...shape), 1)) as tf.Tensor2D;
  const bias = draw(...shape) as tf.Tensor2D;

  test('agrees with the textbook formula', () => {
    tf.tidy(() => {
      const { value, mean, variance } = batchNorm(x, gain, bias, { epsilon: 0.1 });
      expectAllclose(value, plain(x, gain, bias, 0.1), { atol: 1e-5 });
      const moments = tf.moments(x, [0, 1, 2]);
      expectAllclose(mean, moments.mean, { atol: 1e-6 });
      expectAllclose(variance, moments.variance, { rtol: 1e-5 });
      expectAllclose(
        batchNorm(x, gain, bias, { epsilon: 0.1, relu: true }).value,
        tf.relu(plain(x, gain, bias, 0.1)),
        { atol: 1e-5 },
      );
    });
  });

  test('first and second gradients, through the statistics too', () => {
    expectGradient(
      (x, g, b) => batchNorm(x as tf.Tensor4D, g as tf.Tensor2D, b as tf.Tensor2D).value,
      [x, gain, bias],
      { order: 2, tolerance: 5e-3 },
    );
  });

  test('the gradients with ReLU are those of the two operations', () => {
    tf.tidy(() => {
      const weights = draw(B, H, W, C);
      const of = (relu: boolean) => (x: tf.Tensor, g: tf.Tensor, b: tf.Tensor) => {
        const { value } = batchNorm(x as tf.Tensor4D, g as tf.Tensor2D, b as tf.Tensor2D, { relu });
        return tf.sum(tf.mul(tf.square(relu ? value : tf.relu(value)), weights));
      };
      const penalty = (relu: boolean) => (x: tf.Tensor, g: tf.Tensor, b: tf.Tensor) =>
        tf.addN(
          tf
            .grads(of(relu))([x, g, b])
            .map((gradient) => tf.sum(tf.square(gradient))),
        );
      for (const f of [of, penalty]) {
        const expected = tf.grads(f(false))([x, gain, bias]);
        tf.grads(f(true))([x, gain, bias]).forEach((gradient, i) =>
          expectAllclose(gradient, expected[i]!, { rtol: 1e-3, atol: 1e-3 }),
        );
      }
    });
  });

  test('given statistics are constants', () => {
    const { mean, variance } = batchMoments(x);
    const at = (x: tf.Tensor, g: tf.Tensor, b: tf.Tensor): tf.Tensor =>
      normalizeWith(x as tf.Tensor4D, g as tf.Tensor2D, b as tf.Tensor2D, { mean, variance });
    tf.tidy(() => expectAllclose(at(x, gain, bias), plain(x, gain, bias, 1e-5), { atol: 1e-5 }));
    expectGradient(at, [x, gain, bias], { order: 2 });
  });

  test('leaks nothing', () => {
    expectNoLeak(() => tf.tidy(() => batchNorm(x, gain, bias, { relu: true }).value));
    expectNoLeak(() =>
      tf.grads((x, g, b) =>
        tf.sum(batchNorm(x as tf.Tensor4D, g as tf.Tensor2D, b as tf.Tensor2D, { relu: true }).value),
      )([x, gain, bias]),
    );
  });
});

test('a mean far from zero does not cancel', () => {
  tf.tidy(() => {
    const far = tf.add(x, 1000) as tf.Tensor4D;
    expectAllclose(batchMoments(far).variance, batchMoments(x).variance, { rtol: 1e-3 });
  });
});

test('says which shapes do not fit', () => {
  expect(() => batchNorm(x, tf.zeros<tf.Rank.R1>([C + 1]), tf.zeros<tf.Rank.R1>([C + 1]))).toThrow(
    'batchNorm: expected gain and bias of [2] or [3, 2] for x [3, 2, 4, 2], got [3] and [3]',
  );
});
