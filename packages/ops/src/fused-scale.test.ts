import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '@ganymede/core';
import { expectAllclose, expectGradient, expectNoLeak } from '@ganymede/testing';
import { convPool2d, upsampleConv2d, type FusedScaleOptions } from './fused-scale.js';

const random = RandomStream.create(2, 'fused-scale');
const draw = (...shape: [number, number, number, number]): tf.Tensor4D =>
  tf.tensor4d(random.normals(shape.reduce((a, b) => a * b)), shape);

beforeAll(() => tf.setBackend('cpu'));

type Operation = (x: tf.Tensor4D, filter: tf.Tensor4D, options?: FusedScaleOptions) => tf.Tensor4D;

describe.each<[string, Operation]>([
  ['upsampleConv2d', upsampleConv2d],
  ['convPool2d', convPool2d],
])('%s', (name, operation) => {
  const x = draw(2, 4, 6, 2);
  const filter = draw(3, 3, 2, 3);

  test('fused is what the two operations are, in value and gradients', () => {
    tf.tidy(() => {
      const weights = draw(2, 12, 12, 3);
      const scored = (options: FusedScaleOptions) => (x: tf.Tensor, w: tf.Tensor) => {
        const y = operation(x as tf.Tensor4D, w as tf.Tensor4D, options);
        return tf.sum(tf.mul(tf.square(y), tf.slice(weights, 0, y.shape)));
      };
      const results = [true, false].map((fused) => {
        const loss = scored({ fused });
        const first = tf.grads(loss)([x, filter]);
        const penalty = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
          tf.sum(tf.square(tf.grads(loss)([x, w])[0]!));
        return [operation(x, filter, { fused }), ...first, ...tf.grads(penalty)([x, filter])];
      });
      results[0]!.forEach((tensor, i) => expectAllclose(tensor, results[1]![i]!, { rtol: 1e-4, atol: 1e-3 }));
    });
  });

  test('first and second gradients', () => {
    for (const fused of [true, false]) {
      expectGradient((x, w) => operation(x as tf.Tensor4D, w as tf.Tensor4D, { fused }), [x, filter], {
        order: 2,
        eps: 0.1,
      });
    }
  });

  test('leaks nothing', () => {
    expectNoLeak(() => tf.tidy(() => operation(x, filter)));
    expectNoLeak(() =>
      tf.grads((x, w) => tf.sum(operation(x as tf.Tensor4D, w as tf.Tensor4D)))([x, filter]),
    );
  });

  test('wants a 3x3 kernel', () => {
    expect(() => operation(x, tf.zeros([1, 1, 2, 3]))).toThrow(
      `${name}: expected a filter [3, 3, in, out], got [1, 1, 2, 3]`,
    );
  });
});

test('convPool2d wants even sizes', () => {
  expect(() => convPool2d(tf.zeros([1, 5, 4, 2]), tf.zeros([3, 3, 2, 3]))).toThrow(
    'convPool2d: expected [B, H, W, C] with even H and W, got [1, 5, 4, 2]',
  );
});
