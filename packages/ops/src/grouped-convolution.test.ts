import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '@ganymede/core';
import { expectAllclose, expectGradient, expectNoLeak } from '@ganymede/testing';
import { conv2d } from './convolution.js';
import {
  groupedConv2d,
  groupedConv2dFilterGradient,
  groupedConv2dInputGradient,
} from './grouped-convolution.js';

const random = RandomStream.create(1, 'grouped-convolution');
const draw = (...shape: [number, number, number, number]): tf.Tensor4D =>
  tf.tensor4d(random.normals(shape.reduce((a, b) => a * b)), shape);

beforeAll(() => tf.setBackend('cpu'));

describe.each([
  ['3x3, two groups of 3 to 2 channels', 3, 3, 2, 3, 2],
  ['1x3, three groups', 1, 3, 3, 2, 2],
  ['one group', 3, 3, 1, 3, 4],
  ['depthwise, two outputs a channel', 5, 3, 4, 1, 2],
])('groupedConv2d %s', (_, kh, kw, groups, inputs, outputs) => {
  const x = draw(2, 3, 4, groups * inputs);
  const filter = draw(kh, kw, inputs, groups * outputs);
  const dy = draw(2, 3, 4, groups * outputs);

  test('is a convolution of each group by itself', () => {
    tf.tidy(() => {
      const images = tf.split<tf.Tensor4D>(x, groups, 3);
      const filters = tf.split<tf.Tensor4D>(filter, groups, 3);
      const apart = tf.concat(
        images.map((image, group) => conv2d(image, filters[group]!)),
        3,
      );
      expectAllclose(groupedConv2d(x, filter, { groups }), apart, { rtol: 1e-5, atol: 1e-5 });
    });
  });

  test('first and second gradients', () => {
    expectGradient((x, w) => groupedConv2d(x as tf.Tensor4D, w as tf.Tensor4D, { groups }), [x, filter], {
      order: 2,
      eps: 0.1,
    });
  });

  test('first and second gradients of its gradients', () => {
    const { shape } = x;
    expectGradient(
      (dy, w) => groupedConv2dInputGradient(dy as tf.Tensor4D, w as tf.Tensor4D, shape, groups),
      [dy, filter],
      { order: 2, eps: 0.1, directions: 2 },
    );
    expectGradient(
      (x, dy) => groupedConv2dFilterGradient(x as tf.Tensor4D, dy as tf.Tensor4D, filter.shape, groups),
      [x, dy],
      { order: 2, eps: 0.1, directions: 2 },
    );
  });

  test('leaks nothing, in a gradient neither', () => {
    expectNoLeak(() => groupedConv2d(x, filter, { groups }));
    expectNoLeak(() =>
      tf.grads((x, w) => tf.sum(groupedConv2d(x as tf.Tensor4D, w as tf.Tensor4D, { groups })))([x, filter]),
    );
  });
});

const golden = {
  y: [
    0.046504, 0.391122, -0.053874, -0.120149, -0.415726, -0.086465, -0.363679, 0.106498, -0.779534, 0.306174,
    -0.165714, 0.685131, -0.193215, 0.023657, -0.657328, 0.259929, -0.069046, 0.704361, 0.237735, -0.22718,
    -0.148744, -0.169549, 0.192272, 0.252319,
  ],
  dx: [
    0.135227, -0.163663, -0.020969, -0.118613, 0.174324, -0.003348, -0.078643, 0.185036, -0.051295, 0.056087,
    -0.184872, 0.073966, -0.092931, -0.560904, 0.178106, 0.071731, 0.574505, -0.152335, 0.025479, 0.567168,
    -0.092221, -0.001351, -0.546377, 0.059083,
  ],
  dw: [
    -0.706054, -0.8854, 0.675653, 0.064456, 0.105688, -0.124066, 0.435952, 1.082856, -0.357749, -0.510604,
    -1.19402, 0.486867, 0.083352, 0.114416, -0.131586, 0.184094, 1.292148, -0.127878, -0.841438, -0.565873,
    0.926705, 0.008519, -0.012504, -0.056636, 0.744055, 0.933925, -0.769751, -0.770985, -0.905718, 0.837559,
    0.044802, -0.043345, -0.077621, 0.577339, 1.23103, -0.59581, -0.804163, -0.572854, 0.891199, 0.035217,
    -0.233408, -0.027361, 0.697821, 1.015035, -0.744069, -0.753672, -0.765508, 0.784719, 0.075368, -0.260652,
    -0.053125, 0.549769, 1.163742, -0.551191, -0.718076, 0.206604, 0.822391, -0.018081, -0.32319, 0.046247,
    0.813086, 0.28301, -0.881364, -0.815643, 0.055683, 0.852854, 0.023143, -0.347417, 0.010204, 0.804971,
    0.448861, -0.80707,
  ],
};

/**
 * torch.nn.functional.conv2d of PyTorch 2.15 with groups=2, padding=1 on x[i] = sin(i), weight[i] = cos(i), both in its
 * order (NCHW [1, 4, 2, 3], OIHW [4, 2, 3, 3]), and the gradients of sum(y * cos(2 i)).
 */
test('is that of PyTorch, with both gradients', () => {
  const series = (count: number, value: (i: number) => number): number[] =>
    Array.from({ length: count }, (_, i) => value(i));
  const nhwc = (values: number[]): tf.Tensor4D =>
    tf.transpose(tf.tensor4d(values, [1, 4, 2, 3]), [0, 2, 3, 1]);
  const hwio = (values: number[]): tf.Tensor4D =>
    tf.transpose(tf.tensor4d(values, [4, 2, 3, 3]), [2, 3, 1, 0]);
  tf.tidy(() => {
    const x = nhwc(series(24, Math.sin));
    const filter = hwio(series(72, Math.cos));
    const weights = nhwc(series(24, (i) => Math.cos(2 * i)));
    const apply = (x: tf.Tensor, w: tf.Tensor): tf.Tensor4D =>
      groupedConv2d(x as tf.Tensor4D, w as tf.Tensor4D, { groups: 2 });
    const gradients = tf.grads((x, w) => tf.sum(tf.mul(apply(x, w), weights)))([x, filter]);
    expectAllclose(apply(x, filter), nhwc(golden.y), { atol: 2e-6 });
    expectAllclose(gradients[0]!, nhwc(golden.dx), { atol: 2e-6 });
    expectAllclose(gradients[1]!, hwio(golden.dw), { atol: 2e-6 });
  });
});

test('says which shapes do not fit', () => {
  const x = tf.zeros<tf.Rank.R4>([1, 4, 4, 4]);
  expect(() => groupedConv2d(x, tf.zeros([3, 3, 3, 4]), { groups: 2 })).toThrow(
    'groupedConv2d: expected x [B, H, W, in] and filter [kh, kw, in / 2, out] with odd kh and kw and out divisible by 2, got [1, 4, 4, 4] and [3, 3, 3, 4]',
  );
  expect(() => groupedConv2d(x, tf.zeros([3, 3, 2, 3]), { groups: 2 })).toThrow('out divisible by 2');
  expect(() => groupedConv2d(x, tf.zeros([2, 2, 2, 4]), { groups: 2 })).toThrow('odd kh and kw');
  expect(() => groupedConv2d(x, tf.zeros([3, 3, 4, 4]), { groups: 1.5 })).toThrow('in / 1.5');
});
