import * as tf from '@tensorflow/tfjs';
import type { FeatureExtractor } from '@ganymede/core';
import { expectNoLeak } from '@ganymede/testing';
import { expectDifferentiable } from './expect-differentiable.js';

const shape = { height: 4, width: 4, channels: 3 };

/** Means of pixels, which are rounded where `rounds` says so. */
const extractorOf = (rounds: (isUnrounded: boolean) => boolean): FeatureExtractor => ({
  featureSize: 3,
  manifest: { extractor: 'means' },
  load: () => Promise.resolve(),
  extract: (images, { unrounded = false } = {}) => {
    const pixels = images.mul(127.5);
    return { features: (rounds(unrounded) ? tf.floor(pixels) : pixels).mean<tf.Tensor2D>([1, 2]) };
  },
  dispose: () => undefined,
});

beforeAll(async () => {
  tf.env().set('IS_NODE', false);
  await tf.setBackend('cpu');
});

test('features that are asked not to round change with the image', async () => {
  await expectDifferentiable(
    extractorOf((isUnrounded) => !isUnrounded),
    shape,
  );
});

test('those that round all the same are refused', async () => {
  await expect(
    expectDifferentiable(
      extractorOf(() => true),
      shape,
    ),
  ).rejects.toMatchObject({
    code: 'FEATURES_NOT_DIFFERENTIABLE',
    message: 'means: expected features that change with the image, got a gradient of zero',
  });
});

test('leaks nothing', () =>
  expectNoLeak(() =>
    expectDifferentiable(
      extractorOf(() => false),
      shape,
    ),
  ));
