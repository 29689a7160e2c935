import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '@ganymede/core';
import { expectAllclose, expectGradient, expectNoLeak } from '@ganymede/testing';
import { conv2d, conv2dFilterGradient, conv2dInputGradient } from './convolution.js';

const random = RandomStream.create(1, 'convolution');
const draw = (...shape: [number, number, number, number]): tf.Tensor4D =>
  tf.tensor4d(random.normals(shape.reduce((a, b) => a * b)), shape);

beforeAll(() => tf.setBackend('cpu'));

/** The definition, one output at a time; padding as TensorFlow's `same`. */
function naive(x: tf.Tensor4D, filter: tf.Tensor4D, stride: number): number[] {
  const [batch, height, width, inputs] = x.shape;
  const [kh, kw, , outputs] = filter.shape;
  const [xs, fs] = [x.dataSync(), filter.dataSync()];
  const before = (size: number, kernel: number): number =>
    Math.floor(Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0) / 2);
  const result: number[] = [];
  for (let b = 0; b < batch; b++)
    for (let i = 0; i < height; i += stride)
      for (let j = 0; j < width; j += stride)
        for (let o = 0; o < outputs; o++) {
          let sum = 0;
          for (let di = 0; di < kh; di++)
            for (let dj = 0; dj < kw; dj++) {
              const [r, c] = [i + di - before(height, kh), j + dj - before(width, kw)];
              if (r < 0 || r >= height || c < 0 || c >= width) continue;
              for (let n = 0; n < inputs; n++)
                sum +=
                  xs[((b * height + r) * width + c) * inputs + n]! *
                  fs[((di * kw + dj) * inputs + n) * outputs + o]!;
            }
          result.push(sum);
        }
  return result;
}

describe.each([
  ['3x3', 3, 1],
  ['4x4 stride 2', 4, 2],
  ['1x1', 1, 1],
])('conv2d %s', (_, kernel, stride) => {
  const x = draw(2, 4, 6, 2);
  const filter = draw(kernel, kernel, 2, 3);
  const dy = draw(2, 4 / stride, 6 / stride, 3);

  test('agrees with its definition', () => {
    tf.tidy(() => {
      expectAllclose(tf.reshape(conv2d(x, filter, { stride }), [-1]), naive(x, filter, stride), {
        atol: 1e-5,
      });
    });
  });

  test('first and second gradients', () => {
    expectGradient((x, w) => conv2d(x as tf.Tensor4D, w as tf.Tensor4D, { stride }), [x, filter], {
      order: 2,
      eps: 0.1,
    });
  });

  test('first and second gradients of its gradients', () => {
    const shape = x.shape;
    expectGradient(
      (dy, w) => conv2dInputGradient(dy as tf.Tensor4D, w as tf.Tensor4D, shape, stride),
      [dy, filter],
      { order: 2, eps: 0.1 },
    );
    expectGradient(
      (x, dy) => conv2dFilterGradient(x as tf.Tensor4D, dy as tf.Tensor4D, filter.shape, stride),
      [x, dy],
      { order: 2, eps: 0.1 },
    );
  });

  test('leaks nothing, in a gradient neither', () => {
    expectNoLeak(() => conv2d(x, filter, { stride }));
    expectNoLeak(() => tf.grads((x, w) => tf.sum(conv2d(x as tf.Tensor4D, w as tf.Tensor4D)))([x, filter]));
  });
});

test('says which shapes do not fit', () => {
  expect(() => conv2d(tf.zeros([1, 4, 4, 2]), tf.zeros([3, 3, 3, 1]))).toThrow(
    'conv2d: expected x [B, H, W, in] and filter [kh, kw, in, out], got [1, 4, 4, 2] and [3, 3, 3, 1]',
  );
});

test('a gradient for the input alone computes no filter gradient', () => {
  const engine = tf.engine();
  const run = jest.spyOn(engine, 'runKernel');
  tf.tidy(() => {
    const filter = draw(3, 3, 2, 3);
    tf.grad((x) => tf.sum(conv2d(x as tf.Tensor4D, filter)))(draw(1, 4, 4, 2));
  });
  const kernels = run.mock.calls.map(([kernel]) => kernel);
  run.mockRestore();
  expect(kernels).toContain(tf.Conv2DBackpropInput);
  expect(kernels).not.toContain(tf.Conv2DBackpropFilter);
});
