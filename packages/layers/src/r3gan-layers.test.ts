import * as tf from '@tensorflow/tfjs';
import { RandomStream, trainingCall, weightsOf, type CallContext, type LayerNode } from '@ganymede/core';
import { groupedConv2d, normal } from '@ganymede/ops';
import { expectAllclose, expectGradient } from '@ganymede/testing';
import { BiasedLeakyRelu } from './biased-leaky-relu.js';
import { DepthwiseHead } from './depthwise-head.js';
import { FixupBlock } from './fixup-block.js';
import { GroupedConv2d } from './grouped-conv2d.js';
import { LearnedBasis } from './learned-basis.js';
import type { Parameterization } from './parameterization.js';
import { TentDownsample, TentUpsample } from './tent-resampling.js';

const random = RandomStream.create(6, 'r3gan-layers');
const plain: Parameterization = { initialize: normal(0.5), spectralNorm: null, random };
const still: CallContext = { ...trainingCall, updateState: false };
const draw = (...shape: [number, number, number, number]): tf.Tensor4D =>
  tf.tensor4d(random.normals(shape.reduce((a, b) => a * b)), shape);

beforeAll(() => tf.setBackend('cpu'));

/** New values for every weight, so that nothing is at its first zero. */
function stir(layer: LayerNode): void {
  for (const weight of Object.values(weightsOf(layer)))
    tf.tidy(() => weight.assign(tf.tensor(random.normals(weight.size), weight.shape)));
}

const deviation = (values: tf.Tensor): number =>
  tf.tidy(() => Math.sqrt(tf.mean(tf.square(values)).dataSync()[0]!));

describe('BiasedLeakyRelu', () => {
  test('keeps the mean square of a normal input with its gain, and starts without a bias', () => {
    tf.tidy(() => {
      const layer = new BiasedLeakyRelu(2, plain);
      const x = draw(10, 20, 20, 2);
      expect(deviation(tf.mul(layer.call(x, still), BiasedLeakyRelu.gain))).toBeCloseTo(1, 1);
      expectAllclose(layer.call(x, still), tf.leakyRelu(x, 0.2));
    });
  });
});

describe('GroupedConv2d', () => {
  test('convolves with its weight [3, 3, in / groups, out]', () => {
    tf.tidy(() => {
      const layer = new GroupedConv2d(6, 4, 2, plain);
      const weight = layer.weights['weight'] as tf.Variable<tf.Rank.R4>;
      expect(weight.shape).toEqual([3, 3, 3, 4]);
      const x = draw(2, 4, 4, 6);
      expectAllclose(layer.call(x, still), groupedConv2d(x, weight, { groups: 2 }));
    });
  });
});

describe('FixupBlock', () => {
  const options = { groupChannels: 4, networkBlocks: 16 };

  test('is the identity at first, each layer before the last with the deviation of fix-up initialization', () => {
    tf.tidy(() => {
      const block = new FixupBlock(32, plain, options);
      const x = draw(1, 2, 2, 32);
      expectAllclose(block.call(x, still), x);
      const weights = weightsOf(block);
      const gain = Math.sqrt(2 / 1.04) * 16 ** (-1 / 4);
      expect(deviation(weights['conv1.weight']!) / (gain / Math.sqrt(32))).toBeCloseTo(1, 1);
      expect(deviation(weights['conv2.weight']!) / (gain / Math.sqrt(9 * 4))).toBeCloseTo(1, 1);
      expect(weights['conv2.weight']!.shape).toEqual([3, 3, 4, 64]);
    });
  });

  test('input plus 1x1, activation, grouped 3x3, activation, 1x1', () => {
    tf.tidy(() => {
      const block = new FixupBlock(4, plain, options);
      stir(block);
      const w = weightsOf(block) as Record<string, tf.Variable<tf.Rank.R4>>;
      const x = draw(2, 3, 3, 4);
      const activated = (h: tf.Tensor, bias: tf.Tensor): tf.Tensor4D =>
        tf.leakyRelu(tf.add(h, bias), 0.2) as tf.Tensor4D;
      const inside = activated(tf.conv2d(x, w['conv1.weight']!, 1, 'same'), w['activation1.bias']!);
      const mixed = activated(
        groupedConv2d(inside, w['conv2.weight']!, { groups: 2 }),
        w['activation2.bias']!,
      );
      const branch = tf.conv2d(mixed, w['conv3.weight']!, 1, 'same');
      expectAllclose(block.call(x, still), tf.add(x, branch), { rtol: 1e-4, atol: 1e-4 });
    });
  });
});

describe('LearnedBasis', () => {
  test('scales an image of each channel by a linear function of its input', () => {
    const layer = new LearnedBasis(3, [2, 4, 5], plain);
    stir(layer);
    const x = tf.tensor2d(random.normals(6), [2, 3]);
    tf.tidy(() => {
      const { basis, 'linear.weight': weight } = weightsOf(layer);
      const scales = tf.matMul(x, weight as tf.Variable<tf.Rank.R2>);
      const expected = tf.stack(
        tf.unstack(scales).map((scale) => tf.mul(basis!, scale)), // [H, W, C] * [C]
      );
      expectAllclose(layer.call(x, still), expected, { atol: 1e-5 });
    });
    expectGradient((x) => tf.square(layer.call(x as tf.Tensor2D, still)), [x], { order: 2, eps: 0.03 });
  });
});

describe('DepthwiseHead', () => {
  test('weights every position of each channel, sums, and is linear from there', () => {
    const layer = new DepthwiseHead([2, 4, 3], 5, plain);
    stir(layer);
    const x = draw(2, 2, 4, 3);
    tf.tidy(() => {
      const { basis, 'linear.weight': weight } = weightsOf(layer);
      const features = tf.sum(tf.sum(tf.mul(x, basis!), 1), 1) as tf.Tensor2D;
      expectAllclose(layer.call(x, still), tf.matMul(features, weight as tf.Variable<tf.Rank.R2>), {
        atol: 1e-4,
      });
    });
    expectGradient((x) => tf.square(layer.call(x as tf.Tensor4D, still)), [x], { order: 2, eps: 0.03 });
  });

  test('its positions are the fan of its first weights', () => {
    tf.tidy(() => {
      const shapes: (readonly number[])[] = [];
      const initialize: Parameterization['initialize'] = (shape, random) => {
        shapes.push(shape);
        return normal(1)(shape, random);
      };
      new DepthwiseHead([4, 4, 3], 1, { ...plain, initialize });
      expect(shapes[0]).toEqual([4, 4, 1, 3]);
    });
  });
});

describe.each([
  ['TentUpsample', TentUpsample, [2, 8, 12]],
  ['TentDownsample', TentDownsample, [2, 2, 3]],
] as const)('%s', (_, Resampling, size) => {
  test('resamples, with a 1x1 convolution where widths differ: the same before as after', () => {
    const same = new Resampling(3, 3, plain);
    const wider = new Resampling(3, 5, plain);
    expect(Object.keys(weightsOf(same))).toEqual([]);
    const weight = weightsOf(wider)['conv.weight'] as tf.Variable<tf.Rank.R4>;
    const x = draw(2, 4, 6, 3);
    tf.tidy(() => {
      const y = wider.call(x, still);
      expect(y.shape).toEqual([...size, 5]);
      // A 1x1 convolution commutes with a filter that is the same for every channel.
      expectAllclose(y, tf.conv2d(same.call(x, still), weight, 1, 'same'), { atol: 1e-5 });
    });
    expectGradient((x) => tf.square(wider.call(x as tf.Tensor4D, still)), [x], {
      order: 2,
      eps: 0.03,
      tolerance: 5e-3,
    });
  });
});
