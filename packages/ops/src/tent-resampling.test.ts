import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '@ganymede/core';
import { expectAllclose, expectGradient, expectNoLeak } from '@ganymede/testing';
import { tentDownsample2, tentUpsample2 } from './tent-resampling.js';

const random = RandomStream.create(5, 'tent-resampling');
const x = tf.tidy(() => tf.tensor4d(random.normals(2 * 4 * 6 * 3), [2, 4, 6, 3]));
const series = (height: number, width: number): tf.Tensor4D =>
  tf.tensor4d(
    Array.from({ length: height * width }, (_, i) => Math.sin(i)),
    [1, height, width, 1],
  );

/** Of torch.nn.functional (PyTorch 2.15) with kernel [1, 3, 3, 1] outer itself / 64, stride 2, padding 1, on sin(0), sin(1), ... */
const golden = {
  down: [0.270449, 0.4330453, -0.4808678, 0.0214857, 0.5570583, -0.2921631],
  up: [
    0.0, 0.1577758, 0.4733274, 0.6438207, 0.6692556, 0.5114798, 0.02646, 0.1369357, 0.340247, 0.4419875,
    0.4421572, 0.3316815, 0.07938, -0.0099285, -0.2414656, -0.3908928, -0.4582102, -0.3689016, 0.07938,
    -0.0625205, -0.3992414, -0.6054997, -0.6812954, -0.5393949,
  ],
};

const kernels = [tf.DepthwiseConv2dNative, tf.DepthwiseConv2dNativeBackpropInput];

describe.each(['with depthwise convolutions', 'without them, by slices'])('%s', (way) => {
  const taken: tf.KernelConfig[] = [];
  beforeAll(async () => {
    await tf.setBackend('cpu');
    if (way === 'with depthwise convolutions') return;
    for (const kernel of kernels) {
      const { kernelFunc } = tf.getKernel(kernel, 'cpu');
      taken.push({ kernelName: kernel, backendName: 'cpu', kernelFunc });
      tf.unregisterKernel(kernel, 'cpu');
    }
  });
  afterAll(() => taken.forEach((config) => tf.registerKernel(config)));

  test("is torch's", () => {
    tf.tidy(() => {
      expectAllclose(tf.reshape(tentDownsample2(series(4, 6)), [-1]), golden.down, { atol: 1e-6 });
      expectAllclose(tf.reshape(tentUpsample2(series(2, 3)), [-1]), golden.up, { atol: 1e-6 });
    });
  });

  test('keeps the mean of what lies inside', () => {
    tf.tidy(() => {
      const flat = tf.ones<tf.Rank.R4>([1, 8, 8, 1]);
      expectAllclose(tf.slice(tentDownsample2(flat), [0, 1, 1, 0], [1, 2, 2, 1]), tf.ones([1, 2, 2, 1]));
      expectAllclose(tf.slice(tentUpsample2(flat), [0, 1, 1, 0], [1, 14, 14, 1]), tf.ones([1, 14, 14, 1]));
    });
  });

  test.each([
    ['tentDownsample2', tentDownsample2],
    ['tentUpsample2', tentUpsample2],
  ])('%s: first and second gradients, no leak', (_, resample) => {
    expectGradient((x) => resample(x as tf.Tensor4D), [x], { eps: 0.03 });
    expectGradient((x) => tf.square(resample(tf.square(x) as tf.Tensor4D)), [tf.add(x, 8)], {
      order: 2,
      eps: 0.03,
      tolerance: 5e-3,
    });
    expectNoLeak(() => resample(x));
    expectNoLeak(() => tf.grad((x) => tf.sum(resample(x as tf.Tensor4D)))(x));
  });
});

test('wants even sizes to halve', () => {
  expect(() => tentDownsample2(tf.zeros([1, 3, 4, 1]))).toThrow(
    'tentDownsample2: expected [B, H, W, C] with even H and W, got [1, 3, 4, 1]',
  );
});
