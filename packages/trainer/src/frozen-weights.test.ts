import * as tf from '@tensorflow/tfjs';
import type { Discriminator, LayerNode } from '@ganymede/core';
import { trainedWeights } from './frozen-weights.js';

const leaf = (): LayerNode => ({ weights: { weight: tf.variable(tf.zeros([1])) } });
const list = (...items: LayerNode[]): LayerNode => ({ children: Object.fromEntries(items.entries()) });

/** Names as BigGAN-deep's discriminator has them: something comes before the blocks, and blocks have parts. */
const discriminator = {
  children: {
    input_conv: leaf(),
    blocks: list(list(leaf(), leaf()), list(leaf()), list(leaf())),
    linear: leaf(),
    embed: leaf(),
  },
  discriminate: () => tf.zeros([1]) as tf.Tensor1D,
} as Discriminator;

test('no frozen blocks: all weights', () => {
  expect(Object.keys(trainedWeights(discriminator, 0))).toHaveLength(7);
});

test('the first blocks and what comes before them are left out', () => {
  expect(Object.keys(trainedWeights(discriminator, 1))).toEqual([
    'blocks.1.0.weight',
    'blocks.2.0.weight',
    'linear.weight',
    'embed.weight',
  ]);
  expect(Object.keys(trainedWeights(discriminator, 2))).toEqual([
    'blocks.2.0.weight',
    'linear.weight',
    'embed.weight',
  ]);
});

test('at least the last block is trained', () => {
  expect(() => trainedWeights(discriminator, 3)).toThrow(
    expect.objectContaining({
      code: 'FREEZE_TOO_MANY',
      message: 'freeze.discriminatorBlocks: expected fewer than the 3 blocks of the discriminator, got 3',
    }),
  );
});
